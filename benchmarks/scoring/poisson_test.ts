import assert from "node:assert/strict";
import { poissonInterval } from "./poisson.ts";

Deno.test("poissonInterval() gives Garwood's limits", () => {
  // scipy.stats: chi2.ppf(0.025, 2 k) / 2 and chi2.ppf(0.975, 2 k + 2) / 2
  const table: [number, number, number][] = [
    [0, 0, 3.688879],
    [1, 0.025318, 5.571643],
    [5, 1.623486, 11.668332],
    [29, 19.421755, 41.648837],
  ];
  for (const [count, lower, upper] of table) {
    const found = poissonInterval(count, 0.95);
    assert.ok(Math.abs(found.lower - lower) < 1e-5 && Math.abs(found.upper - upper) < 1e-5, JSON.stringify(found));
  }
});
