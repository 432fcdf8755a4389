import { trimmedInterval } from "./trimmed_mean.ts";

/** How many times as long the candidate takes as the baseline, and the interval that holds it. */
export interface Ratio {
  readonly ratio: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * - `regression`, `improvement`: the ratio is past the effect, and its interval past 1
 * - `unchanged`: a slowdown by the effect is ruled out
 * - `inconclusive`: neither (yet)
 */
export type RatioVerdict = "regression" | "improvement" | "unchanged" | "inconclusive";

/** Share of the pairs that is left out at either end: one process in five or so is disturbed. */
export const TRIMMED = 0.2;

/** Level of the interval that rules a slowdown out: one look at one benchmark; errors here are misses, not alarms. */
export const RULED_OUT_LEVEL = 0.98;

/** The trimmed mean of paired log ratios and its interval at `level`, as ratios of times. */
export function pairedRatio(logRatios: readonly number[], level: number): Ratio {
  const { mean, lower, upper } = trimmedInterval(logRatios, level, TRIMMED);
  return { ratio: Math.exp(mean), lower: Math.exp(lower), upper: Math.exp(upper) };
}

/**
 * What intervals of a ratio say of an `effect` (0.05 is 5 %): `at(level)` draws one, and `level` is that of evidence for a
 * change.
 */
export function verdictAt(at: (level: number) => Ratio, level: number, effect: number): RatioVerdict {
  const { ratio, lower, upper } = at(level);
  if (ratio >= 1 + effect && lower > 1) return "regression";
  if (ratio <= 1 / (1 + effect) && upper < 1) return "improvement";
  return at(RULED_OUT_LEVEL).upper < 1 + effect ? "unchanged" : "inconclusive";
}

/** What paired log ratios say of an `effect` when the interval is drawn at `level`. */
export function ratioVerdict(logRatios: readonly number[], level: number, effect: number): RatioVerdict {
  return verdictAt((level) => pairedRatio(logRatios, level), level, effect);
}

/**
 * Whether an interval is too wide to see the effect: it reaches from below 1 to the effect's square, so that neither no
 * slowdown nor one of twice the effect is ruled out.
 */
export function isTooWide({ lower, upper }: Ratio, effect: number): boolean {
  return lower <= 1 && upper >= (1 + effect) ** 2;
}
