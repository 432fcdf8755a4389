import { recomputationOf } from "../../reports/training_derive.ts";
import { TRAINING_SCHEMA_VERSION, type TrainingReport } from "../../reports/training_schema.ts";
import { writeTrainingJson, writeTrainingRenderings } from "../../reports/training_write.ts";
import { parameterCount } from "../../model/model.ts";
import { modelConfigOf } from "../../training/model_config.ts";
import type { Machine } from "../harness/environment.ts";
import { EXIT } from "../harness/errors.ts";
import { measuredMachine } from "../scaling/report.ts";
import type { PointResult } from "../scaling/row.ts";
import type { Surroundings } from "../scaling/run.ts";
import { longReport, measureLong } from "./long.ts";
import type { TrainingOptions } from "./options.ts";
import { measureThroughput, type ThroughputResult } from "./throughput.ts";

/** What the benchmark is told of its surroundings; tests give others. */
export type TrainingSurroundings = Omit<Surroundings, "weightsScript">;

/** What came of it. */
export interface TrainingOutcome {
  readonly exitCode: number;
  /** Null where not one point was finished. */
  readonly report: TrainingReport | null;
  readonly paths: readonly string[];
  /** One line for standard error where it is not simply done. */
  readonly problem: string | null;
}

/**
 * The whole benchmark: measures, and writes the report into `options.out`, a folder that exists; report.json after every
 * point, so that whatever stops the rest takes nothing with it. Throws InputError where it cannot be written.
 */
export async function benchmarkTraining(
  options: TrainingOptions,
  surroundings: TrainingSurroundings,
): Promise<TrainingOutcome> {
  const { interrupt, progress } = surroundings;
  const { out, throughput, long } = options;
  const machine = await surroundings.machine();
  const steps: ThroughputResult[] = [];
  const points: PointResult[] = [];
  let unusable: string | null = null;
  const report = (interrupted: boolean): Promise<TrainingReport> =>
    reportOf(options, { ...surroundings, machine }, steps, points, interrupted);
  if (throughput !== null) {
    await measureThroughput(options, throughput, surroundings, async (result) => {
      steps.push(result);
      await writeTrainingJson(await report(true), out);
    });
  }
  if (long !== null && !interrupt.aborted) {
    ({ unusable } = await measureLong(options, long, surroundings, async (result) => {
      points.push(result);
      await writeTrainingJson(await report(true), out);
    }));
  }
  if (steps.length + points.length === 0) {
    return { exitCode: EXIT.interrupted, report: null, paths: [], problem: "interrupted before anything was measured" };
  }
  progress.status("writing the report");
  const stopped = interrupt.aborted;
  const whole = await report(stopped);
  const paths = [await writeTrainingJson(whole, out), ...await writeTrainingRenderings(whole, out)];
  progress.status("");
  if (stopped) {
    const problem = "interrupted: the report holds what was measured until then";
    return { exitCode: EXIT.interrupted, report: whole, paths, problem };
  }
  const all = [...whole.throughput?.rows ?? [], ...whole.long?.rows ?? []].map(({ step }) => step);
  const isDone = unusable === null && all.some(({ status }) => status === "ok");
  const reason = unusable ?? all.find(({ reason }) => reason !== null)?.reason;
  return {
    exitCode: isDone ? EXIT.done : EXIT.notMeasured,
    report: whole,
    paths,
    problem: isDone ? null : `no point could be measured: ${reason}`,
  };
}

async function reportOf(
  { throughput, long, seed, gpu }: TrainingOptions,
  facts: Pick<Surroundings, "command" | "startedAt" | "adapter"> & { readonly machine: Machine },
  steps: readonly ThroughputResult[],
  points: readonly PointResult[],
  interrupted: boolean,
): Promise<TrainingReport> {
  const all = [...steps, ...points];
  const rows = steps.map(({ row }) => row);
  return {
    kind: "training",
    schema_version: TRAINING_SCHEMA_VERSION,
    interrupted,
    environment: {
      ...measuredMachine(all.flatMap(({ ready }) => ready ?? []), gpu, facts),
      wgsl_hashes: Object.assign({}, ...all.map(({ done }) => done?.wgslHashes ?? {})) as Record<string, string>,
      seed,
    },
    throughput: throughput === null || rows.length === 0 ? null : {
      config: throughput.name,
      batch: throughput.batch,
      mel_frames: throughput.melFrames,
      tokens: throughput.tokens,
      steps: throughput.steps,
      parameters: parameterCount(modelConfigOf(throughput.config, throughput.name)),
      rows,
      recomputation: recomputationOf(rows),
    },
    long: long === null || points.length === 0 ? null : await longReport(long, seed, points),
  };
}
