import { formatMinutes, formatSeconds } from "../../reports/format.ts";
import type { Sampler } from "../harness/outside_memory.ts";
import { duration, type Progress } from "../harness/progress.ts";
import type { Defaults } from "./defaults.ts";
import { adapterFault, type Fault, faultOf } from "./fault.ts";
import { type ChildRequest, measurePoint } from "./measure_point.ts";
import { type PlannedPoint, planPoints, pointKey } from "./plan.ts";
import type { TimedPoint } from "./predict.ts";
import type { EngineName, PointEvent } from "./protocol.ts";
import { beyondLimitRow, failedRow, overBudgetRow, type PointResult, rowOf, rowText, timedPoint } from "./row.ts";
import { allow, type Progressed, secondsLeft } from "./schedule.ts";

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

/** What is measured, as far as benchmarks differ in it. */
export interface Material<R extends PointResult> {
  /** Why engines cannot be measured, one line each. */
  readonly missing: ReadonlyMap<EngineName, string>;
  /** What the child of a point is asked; after `budgetSeconds` it begins no further repeat. */
  readonly request: (point: PlannedPoint, budgetSeconds: number) => ChildRequest;
  /** What is kept of a finished point. */
  readonly record: (result: PointResult) => R;
}

/** What came of the measuring. */
export interface Measured<R extends PointResult> {
  /** All finished points, those of the run that is resumed included. */
  readonly records: readonly R[];
  /** Why the adapter cannot be measured on, one line; null where nothing says so. */
  readonly unusable: string | null;
}

/** A point that needs no second try: more time or another day would not change it. */
export function isFinal({ row }: PointResult): boolean {
  return row.status === "ok" || row.status === "out-of-memory" || row.status === "over-limit";
}

/**
 * Measures every planned point that `past` does not have, one after the other, each in a child process, and hands each
 * to `append` as soon as it is finished. Ends early when interrupted; the point then at work is left out. Where the first
 * points of two engines fail for the same reason and nothing has run, the others on the adapter are not tried: they would
 * fail alike, each after its whole deadline perhaps.
 */
export async function measurePoints<R extends PointResult>(
  options: Defaults,
  world: World,
  material: Material<R>,
  past: readonly R[],
  append: (record: R) => void | Promise<void>,
): Promise<Measured<R>> {
  const key = ({ row }: PointResult): string => `${row.engine} ${row.minutes} ${row.batch}`;
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
  const starts = { whisper: 0, own: 0 };
  const took: number[] = [];

  const queue = [...points];
  const faults: Fault[] = [];
  const single = new Set(all.map(({ engine }) => engine).filter((engine) => engine !== "whisper")).size === 1;
  let usable = false;
  let unusable: string | null = null;

  while (queue.length > 0 && !world.interrupt.aborted) {
    const point = queue.shift()!;
    const number = all.length - queue.length;
    const keep = async (
      row: PointResult["row"],
      ready: PointResult["ready"],
      done: PointResult["done"],
      shorter: PointResult["row"] | null = null,
    ): Promise<void> => {
      const record = material.record({ row, ready, done });
      await append(record);
      records.set(pointKey(point), record);
      world.progress.line(`${number}/${all.length} ${rowText(row, shorter)}`);
    };
    const without = material.missing.get(point.engine);
    if (without !== undefined) {
      await keep(failedRow(point, context, without), null, null);
      continue;
    }
    if (unusable !== null && point.engine !== "whisper") {
      await keep(failedRow(point, context, `not tried: ${unusable}`), null, null);
      continue;
    }
    const beyond = [...records.values()].find(({ row }) =>
      row.status === "over-limit" && row.engine === point.engine && row.batch === point.batch &&
      row.minutes < point.minutes && !row.reason.startsWith("not tried")
    );
    if (beyond !== undefined) {
      await keep(beyondLimitRow(point, context, beyond.row), null, null, beyond.row);
      continue;
    }
    const known: Progressed = {
      timed,
      startSeconds: (engine) => starts[kindOf(engine)],
      elapsedSeconds: world.elapsed(),
      left: [point, ...queue].filter(({ engine }) => !material.missing.has(engine)),
    };
    const allowance = allow(options, known);
    if (!allowance.run) {
      await keep(overBudgetRow(point, context, allowance.prediction, allowance.reason), null, null);
      continue;
    }
    const mean = took.length === 0 ? null : took.reduce((sum, seconds) => sum + seconds, 0) / took.length;
    const left = secondsLeft(options, known, mean);
    const overall = `${number - 1}/${all.length} points` +
      (left === null ? "" : `, ~${duration(left)} left`);
    const status = statusOf(point, options.repeats, (text) => world.progress.status(`${text} … ${overall}`));
    const run = await measurePoint(
      world.childScript,
      material.request(point, allowance.budgetSeconds),
      allowance.deadlineSeconds,
      world.sampler,
      world.interrupt,
      status,
    );
    const row = rowOf(point, context, allowance, run);
    // Ctrl-C reaches the child too, which may be gone before this process has heard of it.
    if (row === null || world.interrupt.aborted && row.status === "failed") break;
    await keep(row, run.ready, run.done);
    took.push(run.end.seconds);
    const time = timedPoint(point, row, run);
    if (time !== null) timed.push(time);
    const kind = kindOf(point.engine);
    starts[kind] = Math.max(starts[kind], run.startSeconds ?? 0);
    if (kind === "whisper") continue; // tells nothing of the adapter
    const fault = faultOf(row, run);
    usable ||= fault === null;
    if (fault === null || usable) continue;
    faults.push(fault);
    unusable = adapterFault(faults, single);
    if (faults.length === 1) bringForward(queue, point.engine);
  }
  world.progress.status("");
  return { records: [...records.values()], unusable };
}

/** Engines of one kind take about as long to start. */
function kindOf(engine: EngineName): "whisper" | "own" {
  return engine === "whisper" ? "whisper" : "own";
}

/** Puts the first point of another engine on the adapter at the front. */
function bringForward(queue: PlannedPoint[], engine: EngineName): void {
  const index = queue.findIndex((point) => point.engine !== engine && point.engine !== "whisper");
  if (index > 0) queue.unshift(...queue.splice(index, 1));
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
