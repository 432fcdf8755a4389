import { leastSquares } from "../../reports/statistics/power_law.ts";
import type { PlannedPoint } from "./plan.ts";
import type { EngineName } from "./protocol.ts";

/** A point whose time is known, or known to be no less than `seconds` because it was ended at that. */
export interface TimedPoint extends PlannedPoint {
  /** Of one repeat. */
  readonly seconds: number;
  readonly atLeast: boolean;
  /** Wall-clock time of a repeat with all that its process does besides, over `seconds`. */
  readonly wallRatio: number;
}

/** What one repeat is expected to take; `atLeast`: more, but nobody knows how much. */
export interface Prediction {
  readonly seconds: number;
  /** The same with all that its process does besides. */
  readonly wallSeconds: number;
  readonly atLeast: boolean;
}

/** How an engine's time is taken to grow with length while only one length was measured. */
function assumedExponent(engine: EngineName): number {
  return engine === "transformer-naive" || engine === "transformer-flash" ? 2 : 1;
}

/**
 * Predicts the time of one repeat from what the engine took at other lengths with the same batch, or with another one as if
 * time were proportional to it: a power law through all of these, or through one with an assumed exponent. Null where the
 * engine has not been timed.
 */
export function predict(point: PlannedPoint, timed: readonly TimedPoint[]): Prediction | null {
  const own = timed.filter(({ engine, minutes, batch }) =>
    engine === point.engine && (minutes !== point.minutes || batch !== point.batch)
  );
  const sameBatch = own.filter(({ batch }) => batch === point.batch);
  const known = (sameBatch.length > 0 ? sameBatch : own)
    .map(({ minutes, batch, seconds, atLeast }) => ({ minutes, seconds: seconds * point.batch / batch, atLeast }));
  if (known.length === 0) return null;

  const grown = (from: { minutes: number; seconds: number }): number =>
    from.seconds * (point.minutes / from.minutes) ** assumedExponent(point.engine);
  // A point that was ended early bounds those that are longer.
  const bound = Math.max(0, ...known.filter((from) => from.atLeast && from.minutes <= point.minutes).map(grown));
  const complete = known.filter(({ atLeast }) => !atLeast);
  const shorter = complete.filter(({ minutes }) => minutes <= point.minutes).map(({ seconds }) => seconds);
  // Over short lengths noise can outweigh growth, but no longer audio takes less time.
  const fitted = complete.length === 0
    ? 0
    : Math.max(fit(complete, point.minutes) ?? grown(complete[complete.length - 1]), ...shorter);
  if (bound === 0 && fitted === 0) return null;
  const seconds = Math.max(bound, fitted);
  // Of the longest measured point: what a process does besides its repeats weighs most where they are short.
  const { wallRatio } = own.reduce((longest, from) => from.seconds > longest.seconds ? from : longest);
  return { seconds, wallSeconds: seconds * wallRatio, atLeast: bound > fitted };
}

function fit(points: readonly { minutes: number; seconds: number }[], minutes: number): number | null {
  if (new Set(points.map((point) => point.minutes)).size < 2) return null;
  const line = leastSquares(
    points.map((point) => Math.log(point.minutes)),
    points.map((point) => Math.log(point.seconds)),
  );
  return Math.exp(line.intercept + line.slope * Math.log(minutes));
}
