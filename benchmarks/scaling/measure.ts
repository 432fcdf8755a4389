import { formatMinutes, formatSeconds } from "../../reports/format.ts";
import type { Sampler } from "../harness/outside_memory.ts";
import { duration, type Progress } from "../harness/progress.ts";
import type { PreparedAudio } from "./audio.ts";
import { measurePoint } from "./measure_point.ts";
import type { Options } from "./options.ts";
import { type PlannedPoint, planPoints, pointKey } from "./plan.ts";
import type { TimedPoint } from "./predict.ts";
import type { PointEvent, PointRequest } from "./protocol.ts";
import { beyondLimitRow, overBudgetRow, rowOf, rowText, timedPoint } from "./row.ts";
import { allow, type Progressed, secondsLeft } from "./schedule.ts";
import type { PointRecord } from "./store.ts";

/** What the measuring needs of the outside. */
export interface World {
  /** The program that measures a point. */
  readonly childScript: string;
  /** Memory as seen from outside the child; null where only the child itself can tell. */
  readonly sampler: Sampler | null;
  readonly progress: Progress;
  readonly interrupt: AbortSignal;
  /** Seconds since the command began. */
  readonly elapsed: () => number;
}

/** A point that needs no second try: more time or another day would not change it. */
function isFinal({ row }: PointRecord): boolean {
  return row.status === "ok" || row.status === "out-of-memory" || row.status === "over-limit";
}

/**
 * Measures every planned point that `past` does not have, one after the other, each in a child process, and hands each
 * to `append` as soon as it is finished. Ends early when interrupted; the point then at work is left out.
 *
 * @returns All finished points, those of the run that is resumed included.
 */
export async function measurePoints(
  options: Options,
  world: World,
  audio: ReadonlyMap<number, PreparedAudio>,
  past: readonly PointRecord[],
  append: (record: PointRecord) => void,
): Promise<PointRecord[]> {
  const key = ({ row }: PointRecord): string => `${row.engine} ${row.minutes} ${row.batch}`;
  const records = new Map(past.map((record) => [key(record), record]));
  const all = planPoints(options.engines, options.minutes, options.batches);
  const points = all.filter((point) => {
    const record = records.get(pointKey(point));
    return record === undefined || !isFinal(record);
  });
  const timed: TimedPoint[] = all.flatMap((point) => {
    const row = records.get(pointKey(point))?.row;
    return row?.status === "ok" ? [{ ...point, seconds: row.seconds.median, atLeast: false, wallRatio: 1 }] : [];
  });
  const context = { preset: options.preset, forcedTokens: options.forcedTokens };
  let startSeconds = 0;
  const took: number[] = [];

  for (let index = 0; index < points.length && !world.interrupt.aborted; index++) {
    const point = points[index];
    const number = all.length - points.length + index + 1;
    const file = audio.get(point.minutes)!;
    const keep = (row: PointRecord["row"], ready: PointRecord["ready"], done: PointRecord["done"]): void => {
      const record = { row, audioSha256: file.sha256, manifestSha256: file.manifestSha256, ready, done };
      append(record);
      records.set(pointKey(point), record);
      world.progress.line(`${number}/${all.length} ${rowText(row)}`);
    };
    const beyond = [...records.values()].find(({ row }) =>
      row.status === "over-limit" && row.engine === point.engine && row.batch === point.batch &&
      row.minutes < point.minutes && !row.reason.startsWith("not tried")
    );
    if (beyond !== undefined) {
      keep(beyondLimitRow(point, context, beyond.row), null, null);
      continue;
    }
    const known: Progressed = { timed, startSeconds, elapsedSeconds: world.elapsed(), left: points.slice(index) };
    const allowance = allow(options, known);
    if (!allowance.run) {
      keep(overBudgetRow(point, context, allowance.prediction, allowance.reason), null, null);
      continue;
    }
    const mean = took.length === 0 ? null : took.reduce((sum, seconds) => sum + seconds, 0) / took.length;
    const left = secondsLeft(options, known, mean);
    const overall = `${number - 1}/${all.length} points` +
      (left === null ? "" : `, ~${duration(left)} left`);
    const status = statusOf(point, options.repeats, (text) => world.progress.status(`${text} … ${overall}`));
    const run = await measurePoint(
      world.childScript,
      requestOf(options, point, file, allowance.budgetSeconds),
      allowance.deadlineSeconds,
      world.sampler,
      world.interrupt,
      status,
    );
    const row = rowOf(point, context, allowance, run);
    // Ctrl-C reaches the child too, which may be gone before this process has heard of it.
    if (row === null || world.interrupt.aborted && row.status === "failed") break;
    keep(row, run.ready, run.done);
    took.push(run.end.seconds);
    const time = timedPoint(point, row, run);
    if (time !== null) timed.push(time);
    startSeconds = Math.max(startSeconds, run.startSeconds ?? 0);
  }
  world.progress.status("");
  return [...records.values()];
}

function requestOf(options: Options, point: PlannedPoint, audio: PreparedAudio, budgetSeconds: number): PointRequest {
  return {
    engine: point.engine,
    preset: options.preset,
    batch: point.batch,
    audio: audio.path,
    gpu: options.gpu,
    seed: options.seed,
    warmups: options.warmups,
    repeats: options.repeats,
    forcedTokens: options.forcedTokens,
    budgetSeconds,
  };
}

/** Turns a child's events into "samba 10 min: repeat 3/10, 1.23 s". */
function statusOf(point: PlannedPoint, repeats: number, show: (text: string) => void): (event: PointEvent) => void {
  const name = `${point.engine} ${formatMinutes(point.minutes)}${point.batch === 1 ? "" : ` batch ${point.batch}`}`;
  let samples = 0;
  show(`${name}: starting`);
  return (event) => {
    if (event.event === "ready") show(`${name}: warming up`);
    if (event.event === "warmup") show(`${name}: warm-up ${formatSeconds(event.seconds)}`);
    if (event.event === "sample") show(`${name}: repeat ${++samples}/${repeats}, ${formatSeconds(event.seconds)}`);
  };
}
