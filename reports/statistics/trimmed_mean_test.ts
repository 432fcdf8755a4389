import assert from "node:assert/strict";
import { seededRandom } from "./random.ts";
import { trimmedInterval, trimmedMean } from "./trimmed_mean.ts";

const near = (a: number, b: number): void => assert.ok(Math.abs(a - b) < 1e-5, `${a} is not ${b}`);

Deno.test("trimmedMean() leaves out the lowest and highest values, and none where a share makes no whole one", () => {
  assert.equal(trimmedMean([1000, 1, 2, 3, -1000], 0.2), 2);
  assert.equal(trimmedMean([10, 1, 2, 3], 0.2), 4);
});

Deno.test("trimmedInterval() is the usual interval of a mean where nothing is trimmed", () => {
  // Mean 3, standard deviation 1.5811388, t(0.975, 4) = 2.7764451.
  const { mean, lower, upper } = trimmedInterval([1, 2, 3, 4, 5], 0.95, 0);
  near(mean, 3);
  near(upper - mean, 2.7764451 * 1.5811388 / Math.sqrt(5));
  near(mean - lower, upper - mean);
});

Deno.test("trimmedInterval() agrees with Tukey and McLaughlin's formula worked by hand", () => {
  // 1 … 10 by a fifth: winsorised 3 3 3 4 5 6 7 8 8 8, sum of squares 42.5; t(0.975, 5) = 2.5705818.
  const { mean, lower, upper } = trimmedInterval([10, 1, 9, 2, 8, 3, 7, 4, 6, 5], 0.95, 0.2);
  near(mean, 5.5);
  near(upper - 5.5, 2.5705818 * Math.sqrt(42.5 / 9) / (0.6 * Math.sqrt(10)));
  near(5.5 - lower, upper - 5.5);
});

Deno.test("trimmedInterval() holds the truth about as often as its level says, outliers or not", () => {
  const random = seededRandom(3);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  for (const outlier of [1, 6]) {
    let held = 0;
    for (let run = 0; run < 2000; run++) {
      const samples = Array.from({ length: 15 }, () => normal() * (random() < 0.1 ? outlier : 1));
      const { lower, upper } = trimmedInterval(samples, 0.95, 0.2);
      if (lower <= 0 && upper >= 0) held++;
    }
    assert.ok(held / 2000 > 0.935 && held / 2000 < 0.97, `${held} of 2000 with outliers of ${outlier}`);
  }
});

Deno.test("trimmedInterval() refuses what leaves no interval", () => {
  assert.throws(() => trimmedInterval([1], 0.95, 0.2), /needs two/);
  assert.throws(() => trimmedInterval([1, 2], 0.95, 0.5), /trimmed share 0.5/);
  assert.throws(() => trimmedInterval([1, NaN, 2], 0.95, 0.2), /not a finite number/);
});
