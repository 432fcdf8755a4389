import assert from "node:assert/strict";
import { learningRate, type RateConfig } from "./schedule.ts";

function config(kind: "linear" | "cosine", warmUpSteps: number, floor: number): RateConfig {
  return { optimizer: { learningRate: 2e-3 }, schedule: { kind, warmUpSteps, epochs: 1, floor } };
}

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= 1e-12, `${actual}, expected ${expected}`);
}

Deno.test("learningRate() rises to the peak, then falls in a line to the floor at the last step", () => {
  const linear = config("linear", 4, 0.02);
  const rates = [0, 1, 2, 3, 8, 13].map((step) => learningRate(step, 14, linear));
  [0.25, 0.5, 0.75, 1, 0.51, 0.02].forEach((share, i) => near(rates[i], share * 2e-3));
});

Deno.test("learningRate() falls along half a cosine", () => {
  const cosine = config("cosine", 1, 0);
  [[0, 1], [25, (1 + Math.SQRT1_2) / 2], [50, 0.5], [100, 0]].forEach(([step, share]) =>
    near(learningRate(step, 101, cosine), share * 2e-3)
  );
});

Deno.test("learningRate() stays at the floor past the last step, and in the warm-up when that is all there is", () => {
  near(learningRate(99, 14, config("linear", 4, 0.02)), 0.02 * 2e-3);
  near(learningRate(1, 2, config("linear", 300, 0.02)), 2e-3 * 2 / 300);
});

Deno.test("learningRate() begins at the peak where there is no warm-up", () => {
  const rates = [0, 1].map((step) => learningRate(step, 2, config("cosine", 0, 0.1)));
  near(rates[0], 2e-3);
  near(rates[1], 2e-4);
});
