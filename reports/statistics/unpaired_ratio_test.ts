import assert from "node:assert/strict";
import { unpairedRatio } from "./unpaired_ratio.ts";

Deno.test("unpairedRatio() agrees with Welch's interval worked by hand", () => {
  // Logs 0 1 2 3 4 and 2 4 6: variances 2.5 / 5 and 4 / 3, freedom 3.4 → 3, t(0.975, 3) = 3.1824463.
  const [baseline, candidate] = [[0, 1, 2, 3, 4], [2, 4, 6]].map((logs) => logs.map(Math.exp));
  const { ratio, lower, upper } = unpairedRatio(baseline, candidate, 0.95);
  const reach = 3.1824463 * Math.sqrt(0.5 + 4 / 3);
  for (const [found, expected] of [[ratio, 2], [lower, 2 - reach], [upper, 2 + reach]]) {
    assert.ok(Math.abs(Math.log(found) - expected) < 1e-6, `${Math.log(found)} is not ${expected}`);
  }
});

Deno.test("unpairedRatio() of samples without any spread is exact, and of single ones there is none", () => {
  const { lower, upper } = unpairedRatio([2, 2], [3, 3], 0.95);
  assert.ok(Math.abs(lower - 1.5) < 1e-12 && lower === upper);
  assert.throws(() => unpairedRatio([1], [1, 2], 0.95), /needs two/);
});
