import { percentileInterval, resampledMedian } from "./bootstrap.ts";
import { mean } from "./mean.ts";
import { median } from "./quantile.ts";
import { seededRandom } from "./random.ts";
import { twoSidedT } from "./student_t.ts";

/** What was measured at one x: every raw sample, all of them positive. */
export interface MeasuredPoint {
  readonly x: number;
  readonly samples: readonly number[];
}

/**
 * Where a fit's interval comes from. `student-t`: the residuals about the line; `sample-bootstrap`: the spread of the
 * raw samples; `none`: two points of one sample (or equal samples) each leave nothing to estimate an interval from.
 */
export type IntervalMethod = "student-t" | "sample-bootstrap" | "none";

/** y = exp(intercept) x^exponent. */
export interface PowerLawFit {
  readonly exponent: number;
  readonly lower: number;
  readonly upper: number;
  readonly method: IntervalMethod;
  /** Natural logarithm of the fitted y at x = 1. */
  readonly intercept: number;
  /** Share of the variance of log y that the line explains; 1 when log y does not vary. */
  readonly r2: number;
  /** Slope between the two greatest x alone: apart from `exponent`, it says that the curve bends. */
  readonly tailExponent: number;
  readonly points: number;
}

/** A straight line through (log x, log y). */
export interface Line {
  readonly slope: number;
  readonly intercept: number;
}

/** Ordinary least squares; needs at least two different x. */
export function leastSquares(xs: readonly number[], ys: readonly number[]): Line {
  const meanX = mean(xs);
  const meanY = mean(ys);
  let covariance = 0;
  let variance = 0;
  for (let i = 0; i < xs.length; i++) {
    covariance += (xs[i] - meanX) * (ys[i] - meanY);
    variance += (xs[i] - meanX) ** 2;
  }
  const slope = covariance / variance;
  return { slope, intercept: meanY - slope * meanX };
}

/** The line of log(median y) on log x, or null when there are fewer than two different x. */
export function logLogLine(points: readonly MeasuredPoint[]): Line | null {
  const xs = points.map(({ x }) => Math.log(x));
  return new Set(xs).size < 2 ? null : leastSquares(xs, points.map(({ samples }) => Math.log(median(samples))));
}

/**
 * Fits y = c x^k by least squares of log(median y) on log x.
 *
 * The interval of k is the wider of two: the Student-t interval of the slope from the residuals (which sees that the
 * points do not lie on a line, but rests on n - 2 degrees of freedom) and the percentile bootstrap over the raw samples
 * (which sees the noise of each median). Two points have no residuals, so there the bootstrap stands alone.
 *
 * Returns null when there are fewer than two different x. Throws RangeError at x or samples that have no logarithm.
 */
export function fitPowerLaw(
  points: readonly MeasuredPoint[],
  level = 0.95,
  resamples = 2000,
  seed = 1,
): PowerLawFit | null {
  for (const { x, samples } of points) {
    if (!(x > 0) || samples.some((sample) => !(sample > 0))) {
      throw new RangeError(`point at x = ${x}: a power law needs x and every sample greater than zero`);
    }
  }
  const ascending = [...points].sort((p, q) => p.x - q.x);
  const line = logLogLine(ascending);
  if (line === null) return null;
  const xs = ascending.map(({ x }) => Math.log(x));
  const ys = ascending.map(({ samples }) => Math.log(median(samples)));

  const random = seededRandom(seed);
  const slopes = Array.from({ length: resamples }, () => {
    const resampled = ascending.map(({ samples }) => Math.log(resampledMedian(samples, random)));
    return leastSquares(xs, resampled).slope;
  });
  const bootstrap = percentileInterval(slopes, level);
  const residualSquares = xs.reduce((sum, x, i) => sum + (ys[i] - line.intercept - line.slope * x) ** 2, 0);
  const meanY = mean(ys);
  const totalSquares = ys.reduce((sum, y) => sum + (y - meanY) ** 2, 0);

  let { lower, upper } = bootstrap;
  let method: IntervalMethod = "sample-bootstrap";
  if (xs.length > 2) {
    const meanX = mean(xs);
    const varianceX = xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0);
    const standardError = Math.sqrt(residualSquares / (xs.length - 2) / varianceX);
    const reach = twoSidedT(level, xs.length - 2) * standardError;
    if (2 * reach >= upper - lower) {
      method = "student-t";
      lower = line.slope - reach;
      upper = line.slope + reach;
    }
  } else if (points.every(({ samples }) => samples.every((sample) => sample === samples[0]))) {
    method = "none";
  }

  const last = xs.length - 1;
  const beforeLast = xs.findLastIndex((x) => x < xs[last]);
  return {
    exponent: line.slope,
    lower: Math.min(lower, line.slope),
    upper: Math.max(upper, line.slope),
    method,
    intercept: line.intercept,
    r2: ys.every((y) => y === ys[0]) ? 1 : Math.max(0, 1 - residualSquares / totalSquares),
    tailExponent: (ys[last] - ys[beforeLast]) / (xs[last] - xs[beforeLast]),
    points: xs.length,
  };
}
