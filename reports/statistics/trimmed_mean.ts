import { sorted } from "./quantile.ts";
import { twoSidedT } from "./student_t.ts";

/** A trimmed mean and the interval around it. */
export interface MeanInterval {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
}

/** How many values `share` of `count` takes away at either end. */
export function trimmedCount(count: number, share: number): number {
  if (!(share >= 0 && share < 0.5)) throw new RangeError(`trimmed share ${share}: must lie in [0, 0.5)`);
  return Math.floor(share * count);
}

/** Mean of what is left when `share` of the samples is taken away at either end. */
export function trimmedMean(samples: readonly number[], share: number): number {
  const cut = trimmedCount(samples.length, share);
  const kept = sorted(samples).subarray(cut, samples.length - cut);
  return kept.reduce((sum, value) => sum + value, 0) / kept.length;
}

/**
 * Trimmed mean with Tukey and McLaughlin's interval (1963): Student's t with as many degrees of freedom as values are
 * kept less one, times the winsorised standard deviation over (1 - 2 share) times the root of the count. It is the usual
 * interval of a mean where nothing is trimmed. Throws RangeError for fewer than two kept values.
 */
export function trimmedInterval(samples: readonly number[], level: number, share: number): MeanInterval {
  const count = samples.length;
  const cut = trimmedCount(count, share);
  const kept = count - 2 * cut;
  if (kept < 2) throw new RangeError(`${count} samples trimmed by ${share}: an interval needs two that are kept`);
  const winsorised = sorted(samples);
  const mean = trimmedMean(samples, share);
  winsorised.fill(winsorised[cut], 0, cut);
  winsorised.fill(winsorised[count - 1 - cut], count - cut);
  const centre = winsorised.reduce((sum, value) => sum + value, 0) / count;
  const squares = winsorised.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  // With `cut` of `count` taken away, (1 - 2 share) is kept / count.
  const error = Math.sqrt(squares / (count - 1)) * Math.sqrt(count) / kept;
  const reach = twoSidedT(level, kept - 1) * error;
  return { mean, lower: mean - reach, upper: mean + reach };
}
