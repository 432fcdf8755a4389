import { formatMinutes, formatSeconds, significant } from "../../reports/format.ts";
import { measuredRow, missingRow, type Point, type StageSamples } from "../../reports/rows.ts";
import type { Memory, MissingRow, Row } from "../../reports/schema.ts";
import { median } from "../../reports/statistics/quantile.ts";
import { diedOfMemory, killedByAnother, lastWords } from "../harness/child.ts";
import type { EventOf, PointRun } from "./measure_point.ts";
import type { PlannedPoint } from "./plan.ts";
import type { Prediction, TimedPoint } from "./predict.ts";
import type { Allowance } from "./schedule.ts";

/** Encoder frames per second of audio: one every 40 ms. */
export const FRAME_RATE_HZ = 25;

/** A finished point: its row, and what its child said of the model and the kernels. */
export interface PointResult {
  readonly row: Row;
  readonly ready: EventOf<"ready"> | null;
  readonly done: EventOf<"done"> | null;
}

/** What rows of one run share. */
export interface RowContext {
  readonly preset: string;
  readonly forcedTokens: number;
}

function identity(point: PlannedPoint, { preset, forcedTokens }: RowContext, run: PointRun | null): Point {
  return {
    engine: point.engine,
    preset,
    minutes: point.minutes,
    batch: point.batch,
    frames: run?.ready?.frames ?? Math.ceil(point.minutes * 60 * FRAME_RATE_HZ),
    // Whisper's decoder takes the tokens that it hears.
    forced_tokens: point.engine === "whisper" ? 0 : forcedTokens,
    micro_batch: run?.ready?.microBatch ?? null,
    predicted_seconds: null,
  };
}

/** What a point that is run may take. */
export type RunAllowance = Extract<Allowance, { readonly run: true }>;

/** What came of a child: its point was measured, or why it was not, one line. */
export type Outcome =
  | { readonly status: "ok"; readonly done: EventOf<"done"> }
  | { readonly status: MissingRow["status"]; readonly reason: string };

/** The row of a point that was not begun: `reason` says which time it would have exceeded. */
export function overBudgetRow(
  point: PlannedPoint,
  context: RowContext,
  prediction: Prediction | null,
  reason: string,
): Row {
  return missingRow(
    { ...identity(point, context, null), predicted_seconds: prediction?.seconds ?? null },
    "over-budget",
    reason,
  );
}

/** The row of a point that is longer than one which was over a limit: tensors only grow with length. */
export function beyondLimitRow(point: PlannedPoint, context: RowContext, shorter: Row): Row {
  const reason = `not tried: at ${formatMinutes(shorter.minutes)} already, ${shorter.reason}`;
  return missingRow(identity(point, context, null), "over-limit", reason);
}

/** The row of a point that was not begun since its engine could not be; `reason` says why. */
export function failedRow(point: PlannedPoint, context: RowContext, reason: string): Row {
  return missingRow(identity(point, context, null), "failed", reason);
}

/** The row of a point from what its child said and how it ended; null where it was interrupted, as of `outcomeOf`. */
export function rowOf(
  point: PlannedPoint,
  context: RowContext,
  allowance: RunAllowance,
  run: PointRun,
): Row | null {
  const outcome = outcomeOf(run, allowance);
  if (outcome === null) return null;
  const known = { ...identity(point, context, run), predicted_seconds: allowance.prediction?.seconds ?? null };
  if (outcome.status === "ok") {
    const seconds = run.samples.map((sample) => sample.seconds);
    const { done } = outcome;
    return measuredRow(known, run.warmups.length, seconds, stagesOf(run), memoryOf(run, done), done.tokensHash);
  }
  const seen = outcome.status === "over-budget" ? secondsSeen(run).seconds : null;
  return missingRow({ ...known, predicted_seconds: known.predicted_seconds ?? seen }, outcome.status, outcome.reason);
}

/**
 * What came of a child from what it said and how it ended; null where it was interrupted, which says nothing about the
 * point. A child that was killed at its deadline keeps the repeats that it finished.
 */
export function outcomeOf(
  run: PointRun,
  { deadlineSeconds, remedy }: Pick<RunAllowance, "deadlineSeconds" | "remedy">,
): Outcome | null {
  const { samples, done, failed, end } = run;
  if (end.stopped === "interrupt" || end.signal === "SIGINT") return null;
  if (failed !== null) return { status: failed.status, reason: oneLine(failed.reason) };
  if (samples.length > 0 && done !== null && (end.code === 0 || end.stopped === "deadline")) {
    return { status: "ok", done };
  }
  if (end.stopped === "deadline") {
    const { seconds, atLeast } = secondsSeen(run);
    const found = samples.length > 0
      ? `after ${samples.length} repeats of ${formatSeconds(seconds)}`
      : run.startSeconds === null
      ? "before its model was loaded"
      : atLeast
      ? "before a repeat was finished"
      : `after a warm-up of ${formatSeconds(seconds)}`;
    const reason = `stopped at ${formatSeconds(deadlineSeconds)}, ${found}; give it more with ${remedy}`;
    return { status: "over-budget", reason };
  }
  const how = end.signal ? `killed by ${end.signal}` : `exit code ${end.code}`;
  const words = lastWords(end);
  if (diedOfMemory(end)) return { status: "out-of-memory", reason: oneLine(`${how}: ${words ?? "out of memory"}`) };
  if (killedByAnother(end)) {
    return { status: "failed", reason: "killed by SIGKILL, as the system does when memory runs out" };
  }
  return { status: "failed", reason: oneLine(`${how}: ${words ?? "the process said nothing"}`) };
}

/** Time of one repeat as far as a run that was stopped tells. */
function secondsSeen({ samples, warmups, end, startSeconds }: PointRun): { seconds: number; atLeast: boolean } {
  if (samples.length > 0) return { seconds: median(samples.map(({ seconds }) => seconds)), atLeast: false };
  if (warmups.length > 0) return { seconds: Math.max(...warmups), atLeast: false };
  return { seconds: Math.max(end.seconds - (startSeconds ?? 0), 0.001), atLeast: true };
}

/** What a finished point tells about the time of longer ones; null where it tells nothing. */
export function timedPoint(point: PlannedPoint, row: Row, run: PointRun): TimedPoint | null {
  if (row.status === "over-budget") return { ...point, ...secondsSeen(run), wallRatio: 1 };
  if (row.status !== "ok") return null;
  const timed = [...run.warmups, ...row.seconds.samples].reduce((sum, seconds) => sum + seconds, 0);
  return { ...point, seconds: row.seconds.median, atLeast: false, wallRatio: Math.max(run.workSeconds / timed, 1) };
}

/** Stages that every repeat has: sample i is of repeat i. */
export function stagesOf({ ready, samples }: PointRun): StageSamples[] {
  const names = Object.keys(samples[0].stages).filter((name) => samples.every(({ stages }) => name in stages));
  return names.map((name) => ({
    name,
    clock: ready?.stageClock ?? "host",
    samples: samples.map(({ stages }) => stages[name]),
  }));
}

/** Memory as a child that has finished a repeat told it, and as it was seen from outside. */
export function memoryOf(
  { outsideBytes }: PointRun,
  { ledger, processPeakBytes }: NonNullable<PointRun["done"]>,
): Memory {
  return {
    ledger_peak_bytes: ledger?.peakBytes ?? null,
    ledger_peak_by_tag: { ...ledger?.peakByTag },
    reserved_peak_bytes: ledger?.reservedPeakBytes ?? null,
    ...(outsideBytes === null
      ? { outside_peak_bytes: processPeakBytes, outside_source: processPeakBytes === null ? null : "maxRSS" }
      : { outside_peak_bytes: outsideBytes, outside_source: "nvidia-smi delta" }),
  };
}

function oneLine(text: string): string {
  return text.split("\n").map((line) => line.trim()).filter((line) => line !== "").join(" ");
}

/**
 * A point's line in the progress: "samba 10 min: 1.23 s, 488 times real time", both of the median. Of a point that was not
 * tried since the `shorter` one is over a limit it refers to that one's line.
 */
export function rowText(row: Row, shorter: Row | null): string {
  const name = `${row.engine} ${formatMinutes(row.minutes)}${row.batch === 1 ? "" : ` batch ${row.batch}`}`;
  if (shorter !== null) return `${name}: ${row.status}, as at ${formatMinutes(shorter.minutes)}`;
  if (row.status !== "ok") return `${name}: ${row.status}, ${row.reason}`;
  const { median } = row.seconds;
  return `${name}: ${formatSeconds(median)}, ${significant(60 * row.minutes * row.batch / median)} times real time`;
}
