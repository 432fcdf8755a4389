import { parameterCount } from "../../model/model.ts";
import { deriveTrainingFits, measuredStep, missingStep } from "../../reports/training_derive.ts";
import type { LongAudio } from "../../reports/training_schema.ts";
import { trainingHash } from "../../training/config.ts";
import { modelConfigOf } from "../../training/model_config.ts";
import { type Measured, measurePoints, type World } from "../scaling/measure.ts";
import type { PlannedPoint } from "../scaling/plan.ts";
import type { PointResult } from "../scaling/row.ts";
import { ctcWeight, LONG_ENGINES, longConfig, type LongEngine, textLength } from "./long_audio.ts";
import type { LongOptions, TrainingOptions } from "./options.ts";
import type { StepsRequest } from "./protocol.ts";
import { figuresOf } from "./throughput.ts";

/** Measures one step through one utterance of each length for each engine, and hands on each point. */
export function measureLong(
  options: TrainingOptions,
  long: LongOptions,
  world: World,
  append: (result: PointResult) => Promise<void>,
): Promise<Measured<PointResult>> {
  const { size, head, recompute, engines, minutes } = long;
  const { gpu, seed, warmups, repeats, budgetSeconds, totalBudgetSeconds } = options;
  const limits = { warmups, repeats, budgetSeconds, totalBudgetSeconds };
  const request = ({ engine, minutes }: PlannedPoint, budgetSeconds: number): StepsRequest => ({
    gpu,
    config: longConfig(longEngine(engine), size, head, recompute, seed),
    batch: 1,
    melFrames: Math.round(6000 * minutes),
    tokens: textLength(head, 60 * minutes),
    steps: 1,
    warmups,
    repeats,
    budgetSeconds,
  });
  return measurePoints(
    { preset: size, engines, minutes, batches: [1], forcedTokens: 0, ...limits },
    world,
    { missing: new Map(), request, record: (result) => result },
    [],
    append,
  );
}

/** An engine that was planned, which all are of this benchmark. */
function longEngine(name: string): LongEngine {
  return LONG_ENGINES.find((engine) => engine === name)!;
}

/** The part of the report: by engine in their order, then by minutes. `results` must not be empty. */
export async function longReport(long: LongOptions, seed: number, results: readonly PointResult[]): Promise<LongAudio> {
  const { size, head, recompute, engines } = long;
  const ordered = [...results].sort((p, q) => rank(p) - rank(q) || p.row.minutes - q.row.minutes);
  const rows = ordered.map((result) => longRow(result, long));
  const models = await Promise.all(engines.map(async (engine) => {
    const config = longConfig(engine, size, head, recompute, seed);
    const parameters = parameterCount(modelConfigOf(config, engine));
    return [engine, { config_sha256: await trainingHash(config), parameters }] as const;
  }));
  return {
    preset: size,
    head,
    ctc_weight: ctcWeight(head),
    recompute,
    models: Object.fromEntries(models),
    rows,
    fits: deriveTrainingFits(rows),
  };
}

function rank({ row }: PointResult): number {
  return LONG_ENGINES.indexOf(longEngine(row.engine));
}

function longRow({ row, done }: PointResult, { head }: LongOptions): LongAudio["rows"][number] {
  const { engine, minutes, frames, predicted_seconds } = row;
  const step = row.status !== "ok" || done === null
    ? missingStep(row.status === "ok" ? "failed" : row.status, row.reason ?? "the process did not say what it found")
    : measuredStep(60 * minutes, {
      warmups: row.warmups,
      seconds: row.seconds.samples,
      stages: row.stages.map(({ name, clock, seconds }) => ({ name, clock, samples: seconds.samples })),
      memory: row.memory,
      dispatches: done.dispatches,
      figures: figuresOf(done),
    });
  return { engine, minutes, frames, tokens: textLength(head, 60 * minutes), predicted_seconds, step };
}
