import { LEVEL, RESAMPLES, SEED } from "../rows.ts";
import { percentileInterval, resampledMedian } from "../statistics/bootstrap.ts";
import { mean } from "../statistics/mean.ts";
import { median } from "../statistics/quantile.ts";
import { seededRandom } from "../statistics/random.ts";
import { twoSidedT } from "../statistics/student_t.ts";
import { logMoments } from "../statistics/unpaired_ratio.ts";
import type { Numbers } from "./claim.ts";

/**
 * Median of `above` over that of `below` with its 95 % percentile bootstrap interval; the samples of the two are drawn
 * apart. A single sample each, as of counted bytes, gives lower = upper = value.
 */
export function ratioOfMedians(above: readonly number[], below: readonly number[]): Numbers {
  const value = median(above) / median(below);
  const random = seededRandom(SEED);
  const ratios = Array.from(
    { length: RESAMPLES },
    () => resampledMedian(above, random) / resampledMedian(below, random),
  );
  const { lower, upper } = percentileInterval(ratios, LEVEL);
  return { value, lower: Math.min(lower, value), upper: Math.max(upper, value) };
}

/**
 * One positive rate over another, with an interval from those of both, which are taken as independent: the logarithms'
 * distances to the interval's ends add up in squares (MOVER, Zou and Donner 2008). Wider than pairing would be. Null where
 * a rate or an interval's end is zero, which has no logarithm.
 */
export function ratioOfRates(above: Numbers, below: Numbers): Numbers | null {
  if (!(above.lower > 0 && below.lower > 0)) return null;
  const value = above.value / below.value;
  const reach = (a: number, b: number): number => Math.exp(Math.hypot(Math.log(a), Math.log(b)));
  return {
    value,
    lower: value / reach(above.value / above.lower, below.upper / below.value),
    upper: value * reach(above.upper / above.value, below.value / below.lower),
  };
}

/** The mean of rates that are independent, as of different test sets, with an interval by the same method. */
export function meanOfRates(rates: readonly Numbers[]): Numbers {
  const value = mean(rates.map((rate) => rate.value));
  const reach = (end: "lower" | "upper"): number =>
    Math.hypot(...rates.map((rate) => rate[end] - rate.value)) / rates.length;
  return { value, lower: value - reach("lower"), upper: value + reach("upper") };
}

/**
 * The mean rate of several trainings that differ in their seeds, evaluated on the same utterances. The interval has two
 * parts, which add up in squares of logarithms: the mean of the trainings' own, as the utterances are common to all, and,
 * with several, Student's for the mean over seeds (of three: 4.3 standard errors). Null where a rate or an interval's end is
 * zero.
 */
export function rateOfTrainings(rates: readonly Numbers[]): Numbers | null {
  if (rates.some(({ lower }) => !(lower > 0))) return null;
  const value = mean(rates.map((rate) => rate.value));
  const ofSeeds = reachOfSeeds(rates.map((rate) => rate.value));
  const reach = (end: "lower" | "upper"): number =>
    Math.exp(Math.hypot(mean(rates.map((rate) => Math.log(rate[end] / rate.value))), ofSeeds));
  return { value, lower: value / reach("lower"), upper: value * reach("upper") };
}

/** How far, in logarithms, Student's interval for the mean of several trainings' rates reaches; 0 of a single one. */
export function reachOfSeeds(rates: readonly number[]): number {
  const degrees = rates.length - 1;
  return degrees === 0 ? 0 : twoSidedT(LEVEL, degrees) * Math.sqrt(logMoments(rates).squaredError);
}
