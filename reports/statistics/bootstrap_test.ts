import assert from "node:assert/strict";
import { bootstrapMedian, percentileInterval } from "./bootstrap.ts";
import { seededRandom } from "./random.ts";

/** Standard normal draw (Box and Muller). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

Deno.test("bootstrapMedian() gives no spread to one sample and to equal samples", () => {
  assert.deepEqual(bootstrapMedian([4.5]), { median: 4.5, lower: 4.5, upper: 4.5 });
  assert.deepEqual(bootstrapMedian([2, 2, 2, 2]), { median: 2, lower: 2, upper: 2 });
});

Deno.test("bootstrapMedian() spans min to max for three samples, as the exact distribution of the median says", () => {
  // P(the resampled median is the minimum) = 3 (1/3)^2 (2/3) + (1/3)^3 = 7/27, far more than the 2.5 % of a tail.
  assert.deepEqual(bootstrapMedian([1, 2, 4]), { median: 2, lower: 1, upper: 4 });
});

Deno.test("bootstrapMedian() has the exact share of medians at the minimum of three samples", () => {
  // With 2 * 7/27 cut off both tails the interval's ends move to the middle; just below that they do not.
  assert.equal(bootstrapMedian([1, 2, 4], 1 - (2 * 7) / 27 - 0.04, 20_000).lower, 2);
  assert.equal(bootstrapMedian([1, 2, 4], 1 - (2 * 7) / 27 + 0.04, 20_000).lower, 1);
});

Deno.test("bootstrapMedian() repeats itself for a seed and does not for another", () => {
  const random = seededRandom(3);
  const samples = Array.from({ length: 12 }, () => random());
  assert.deepEqual(bootstrapMedian(samples, 0.9, 41, 7), bootstrapMedian(samples, 0.9, 41, 7));
  assert.notDeepEqual(bootstrapMedian(samples, 0.9, 41, 7), bootstrapMedian(samples, 0.9, 41, 8));
});

Deno.test("bootstrapMedian() covers the true median about as often as its level says", () => {
  for (
    const { draw, truth, name } of [
      { name: "normal", draw: normal, truth: 0 },
      { name: "exponential", draw: (random: () => number) => -Math.log(1 - random()), truth: Math.log(2) },
    ]
  ) {
    const random = seededRandom(name.length);
    const trials = 400;
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      const samples = Array.from({ length: 15 }, () => draw(random));
      const { lower, upper } = bootstrapMedian(samples, 0.95, 300, trial);
      if (lower <= truth && truth <= upper) covered++;
    }
    // Binomial with p = 0.95 and 400 trials: standard deviation 1.1 %. Small samples cost the percentile method a little.
    const share = covered / trials;
    assert.ok(share > 0.9 && share < 0.985, `${name}: ${share}`);
  }
});

Deno.test("percentileInterval() cuts equal tails and rejects a level outside (0, 1)", () => {
  const values = Array.from({ length: 101 }, (_, i) => 100 - i);
  const { lower, upper } = percentileInterval(values, 0.9);
  assert.ok(Math.abs(lower - 5) < 1e-9 && Math.abs(upper - 95) < 1e-9);
  assert.throws(() => percentileInterval(values, 1), /level 1/);
});
