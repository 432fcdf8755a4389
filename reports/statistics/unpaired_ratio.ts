import { mean, sum } from "./mean.ts";
import { twoSidedT } from "./student_t.ts";
import type { Ratio } from "./ratio_verdict.ts";

/**
 * The ratio of the geometric means of two independent samples, candidate over baseline, with Welch's interval (1947) of the
 * difference of mean logarithms; degrees of freedom are rounded down. Throws RangeError for fewer than two samples a side.
 */
export function unpairedRatio(baseline: readonly number[], candidate: readonly number[], level: number): Ratio {
  const [b, c] = [baseline, candidate].map(logMoments);
  const error = Math.sqrt(b.squaredError + c.squaredError);
  const difference = c.mean - b.mean;
  if (error === 0) return { ratio: Math.exp(difference), lower: Math.exp(difference), upper: Math.exp(difference) };
  const freedom = (b.squaredError + c.squaredError) ** 2 /
    (b.squaredError ** 2 / (b.count - 1) + c.squaredError ** 2 / (c.count - 1));
  const reach = twoSidedT(level, Math.max(1, Math.floor(freedom))) * error;
  return {
    ratio: Math.exp(difference),
    lower: Math.exp(difference - reach),
    upper: Math.exp(difference + reach),
  };
}

/** Mean of the samples' logarithms and its squared standard error. Throws RangeError for fewer than two samples. */
export function logMoments(samples: readonly number[]): { mean: number; squaredError: number; count: number } {
  const count = samples.length;
  if (count < 2) throw new RangeError(`${count} samples: an interval needs two`);
  const logs = samples.map(Math.log);
  const centre = mean(logs);
  const squares = sum(logs.map((value) => (value - centre) ** 2));
  return { mean: centre, squaredError: squares / (count - 1) / count, count };
}
