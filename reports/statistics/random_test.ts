import assert from "node:assert/strict";
import { seededRandom } from "./random.ts";

Deno.test("seededRandom() repeats itself for the same seed and differs for another", () => {
  const draw = (seed: number): number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 8 }, () => random());
  };
  assert.deepEqual(draw(5), draw(5));
  assert.notDeepEqual(draw(5), draw(6));
});

Deno.test("seededRandom() is uniform on [0, 1) for many seeds", () => {
  for (let seed = 0; seed < 20; seed++) {
    const random = seededRandom(seed);
    const n = 20_000;
    const bins = new Array<number>(20).fill(0);
    for (let i = 0; i < n; i++) {
      const value = random();
      assert.ok(value >= 0 && value < 1);
      bins[Math.floor(value * 20)]++;
    }
    // Chi-square with 19 degrees of freedom: 50 is beyond the 99.98th percentile.
    const chiSquare = bins.reduce((sum, count) => sum + (count - n / 20) ** 2 / (n / 20), 0);
    assert.ok(chiSquare < 50, `seed ${seed}: chi-square ${chiSquare}`);
  }
});
