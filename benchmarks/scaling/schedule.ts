import { duration } from "../harness/progress.ts";
import type { Options } from "./options.ts";
import type { PlannedPoint } from "./plan.ts";
import type { EngineName } from "./protocol.ts";
import { predict, type Prediction, type TimedPoint } from "./predict.ts";

/** What a point may take, or why it is left out. */
export type Allowance =
  | {
    readonly run: true;
    readonly prediction: Prediction | null;
    /** From when its model is loaded; after this no further repeat is begun. */
    readonly budgetSeconds: number;
    /** From the start of its process; after this it is killed. */
    readonly deadlineSeconds: number;
    /** The option that would give it more. */
    readonly remedy: "--budget" | "--total-budget";
  }
  | { readonly run: false; readonly prediction: Prediction | null; readonly reason: string };

/** What is known when a point's turn comes. */
export interface Progressed {
  readonly timed: readonly TimedPoint[];
  /** The most that a child of such an engine took to start and to load its model. */
  readonly startSeconds: (engine: EngineName) => number;
  /** Seconds since the command began. */
  readonly elapsedSeconds: number;
  /** The points whose turn has not come, this one first. */
  readonly left: readonly PlannedPoint[];
}

/** Seconds past its time that a child may take to finish the repeat it is at, and to end. */
export const GRACE_SECONDS = 5;

/** Time that is not worth starting a process for. */
const LEAST_SECONDS = 0.5;

type Limits = Pick<Options, "budgetSeconds" | "totalBudgetSeconds" | "warmups">;

/** Untimed repeats of an engine: Whisper, all of whose windows are alike, has heard one when it is ready. */
export function warmupsOf(engine: EngineName, warmups: number): number {
  return engine === "whisper" ? 0 : warmups;
}

/**
 * Decides on the first of `left`. It is left out when its warm-up and one repeat would exceed its budget or what is left of
 * the total. Under a total, a point whose time nobody knows may use no more than an even share of what is left among the
 * engines not yet begun, and repeats beyond the first no more than an even share among the points left.
 */
export function allow(limits: Limits, { timed, startSeconds: startOf, elapsedSeconds, left }: Progressed): Allowance {
  const point = left[0];
  const startSeconds = startOf(point.engine);
  const warmups = warmupsOf(point.engine, limits.warmups);
  const prediction = predict(point, timed);
  const { budgetSeconds: budget, totalBudgetSeconds: total } = limits;
  const remaining = total === null ? Infinity : total - elapsedSeconds;
  const needed = prediction === null ? LEAST_SECONDS : startSeconds + (warmups + 1) * prediction.wallSeconds;
  const expected = prediction === null
    ? "never begun, so its time is not known"
    : `${prediction.atLeast ? "at least " : ""}${duration(needed)} expected`;
  if (needed > remaining) {
    const rest = remaining <= 0 ? "nothing is left" : `${duration(remaining)} are left`;
    return {
      run: false,
      prediction,
      reason: `${expected}; ${rest} of ${duration(total!)} in all; give more with --total-budget`,
    };
  }
  if (needed > budget) {
    return { run: false, prediction, reason: `${expected}, ${duration(budget)} allowed; give more with --budget` };
  }
  const grace = startSeconds + GRACE_SECONDS;
  const share = prediction === null ? remaining / unbegun(left, timed) : remaining;
  const remedy = share < budget ? "--total-budget" : "--budget";
  const deadlineSeconds = Math.min(budget, share) + grace;
  const forRepeats = Math.max(needed, remaining / left.length) - startSeconds;
  return { run: true, prediction, budgetSeconds: Math.min(budget, forRepeats), deadlineSeconds, remedy };
}

/** Engines among `left` of which no time is known. */
function unbegun(left: readonly PlannedPoint[], timed: readonly TimedPoint[]): number {
  const known = new Set(timed.map(({ engine }) => engine));
  return Math.max(1, new Set(left.map(({ engine }) => engine).filter((engine) => !known.has(engine))).size);
}

/**
 * Seconds until all of `left` are done: predicted times where there are any, else the mean of what points took so far; null
 * before the first one.
 */
export function secondsLeft(
  { budgetSeconds, totalBudgetSeconds, warmups, repeats }: Limits & Pick<Options, "repeats">,
  { timed, startSeconds, elapsedSeconds, left }: Progressed,
  meanSeconds: number | null,
): number | null {
  if (meanSeconds === null) return null;
  let sum = 0;
  for (const point of left) {
    const prediction = predict(point, timed);
    if (prediction === null) {
      sum += Math.min(meanSeconds, budgetSeconds);
      continue;
    }
    const start = startSeconds(point.engine);
    const untimed = warmupsOf(point.engine, warmups);
    if (start + (untimed + 1) * prediction.wallSeconds <= budgetSeconds) {
      sum += Math.min(budgetSeconds, start + (untimed + repeats) * prediction.wallSeconds);
    }
  }
  return totalBudgetSeconds === null ? sum : Math.min(sum, Math.max(totalBudgetSeconds - elapsedSeconds, 0));
}
