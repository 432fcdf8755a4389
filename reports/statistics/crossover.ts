import { percentileInterval, resampledMedian } from "./bootstrap.ts";
import { logLogLine, type MeasuredPoint } from "./power_law.ts";
import { median } from "./quantile.ts";
import { seededRandom } from "./random.ts";

/**
 * How model A compares with model B over the x at which both were measured. `always`: A is lower at every one;
 * `never-in-range`: at none; `at`: A is lower from the crossover on, up to the greatest x; `until`: A is lower at
 * smaller x only and loses its lead at the crossover; `no-common-points`: nothing to compare.
 */
export type CrossoverKind = "always" | "never-in-range" | "at" | "until" | "no-common-points";

/** Where the fitted lines meet, outside the common range; `aLower` says on which side of it A's line is the lower. */
export interface Extrapolation {
  readonly x: number;
  readonly aLower: "above" | "below";
}

/** Comparison of A with B; `x` and its interval are there for `at` and `until` only. */
export interface Crossover {
  readonly kind: CrossoverKind;
  readonly x: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  /** Number of x at which both were measured. */
  readonly commonPoints: number;
  /** Share of the bootstrap resamples in which the kind is the same; null without common points. */
  readonly agreement: number | null;
  readonly extrapolated: Extrapolation | null;
}

/** Fitted lines are followed this many times beyond either end of the common range and no further. */
export const EXTRAPOLATION_REACH = 10;

/**
 * Where A's median becomes lower than B's: piecewise linear between the measured points in (log x, log y), on the points
 * both have. With several changes the last counts, because it holds for everything longer that was measured; equal
 * medians count as not lower. The interval of x is a percentile bootstrap over the raw samples, and ends at the range's
 * ends: a resample in which A leads throughout counts as its smallest x, one in which A never does as its greatest
 * (the other way round for `until`).
 *
 * Where the medians do not cross, `extrapolated` says where the two fitted power laws meet outside the common range,
 * within EXTRAPOLATION_REACH. It is no measurement.
 */
export function crossover(
  a: readonly MeasuredPoint[],
  b: readonly MeasuredPoint[],
  level = 0.95,
  resamples = 2000,
  seed = 1,
): Crossover {
  const pairs = a
    .flatMap((point) => {
      const other = b.find(({ x }) => x === point.x);
      return other === undefined ? [] : [{ x: point.x, a: point.samples, b: other.samples }];
    })
    .sort((p, q) => p.x - q.x);
  if (pairs.length === 0) {
    const nothing = { x: null, lower: null, upper: null, agreement: null, extrapolated: null };
    return { kind: "no-common-points", commonPoints: 0, ...nothing };
  }
  const xs = pairs.map(({ x }) => Math.log(x));
  const first = pairs[0].x;
  const last = pairs[pairs.length - 1].x;
  const measured = pairs.map((pair) => Math.log(median(pair.a) / median(pair.b)));
  const kind = kindOf(measured);

  const random = seededRandom(seed);
  let agreeing = 0;
  const crossings: number[] = [];
  for (let r = 0; r < resamples; r++) {
    const differences = pairs.map((pair) =>
      Math.log(resampledMedian(pair.a, random) / resampledMedian(pair.b, random))
    );
    const resampledKind = kindOf(differences);
    if (resampledKind === kind) {
      agreeing++;
      crossings.push(Math.exp(lastChange(xs, differences)));
    } else {
      const leadsAtEnd = resampledKind === "always" || resampledKind === "at";
      crossings.push(leadsAtEnd === (kind === "at") ? first : last);
    }
  }
  const agreement = agreeing / resamples;
  if (kind === "at" || kind === "until") {
    const x = Math.exp(lastChange(xs, measured));
    const { lower, upper } = percentileInterval(crossings, level);
    const interval = { x, lower: Math.min(lower, x), upper: Math.max(upper, x) };
    return { kind, ...interval, commonPoints: pairs.length, agreement, extrapolated: null };
  }
  const extrapolated = meetingPoint(a, b, first, last);
  return { kind, x: null, lower: null, upper: null, commonPoints: pairs.length, agreement, extrapolated };
}

/** Kind of a run of log(A / B), ascending in x. */
function kindOf(differences: readonly number[]): Exclude<CrossoverKind, "no-common-points"> {
  if (differences.every((difference) => difference < 0)) return "always";
  if (differences.every((difference) => difference >= 0)) return "never-in-range";
  return differences[differences.length - 1] < 0 ? "at" : "until";
}

/** log x at which the differences last change between negative and not, by linear interpolation; NaN if they do not. */
function lastChange(xs: readonly number[], differences: readonly number[]): number {
  const endsLower = differences[differences.length - 1] < 0;
  const i = differences.findLastIndex((difference) => (difference < 0) !== endsLower);
  if (i < 0) return NaN;
  const share = differences[i] / (differences[i] - differences[i + 1]);
  return xs[i] + share * (xs[i + 1] - xs[i]);
}

/** Where the fitted lines meet outside [first, last] but within reach of it, or null. */
function meetingPoint(
  a: readonly MeasuredPoint[],
  b: readonly MeasuredPoint[],
  first: number,
  last: number,
): Extrapolation | null {
  const lineA = logLogLine(a);
  const lineB = logLogLine(b);
  if (lineA === null || lineB === null || lineA.slope === lineB.slope) return null;
  const x = Math.exp((lineA.intercept - lineB.intercept) / (lineB.slope - lineA.slope));
  const within = (x < first && x >= first / EXTRAPOLATION_REACH) || (x > last && x <= last * EXTRAPOLATION_REACH);
  return within ? { x, aLower: lineA.slope < lineB.slope ? "above" : "below" } : null;
}
