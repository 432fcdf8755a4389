import { formatBytes, formatSeconds, significant } from "../../reports/format.ts";
import { measuredStep, missingStep } from "../../reports/training_derive.ts";
import type { Step, StepFigures, Throughput } from "../../reports/training_schema.ts";
import type { TrainingConfig } from "../../training/config.ts";
import { trainingHash } from "../../training/config.ts";
import { duration } from "../harness/progress.ts";
import type { World } from "../scaling/measure.ts";
import { type EventOf, measurePoint, type PointRun } from "../scaling/measure_point.ts";
import { memoryOf, outcomeOf, stagesOf } from "../scaling/row.ts";
import { GRACE_SECONDS } from "../scaling/schedule.ts";
import type { ThroughputOptions, TrainingOptions } from "./options.ts";
import type { StepsRequest } from "./protocol.ts";

/** A row of the report, and what its child said. */
export interface ThroughputResult {
  readonly row: Throughput["rows"][number];
  readonly ready: EventOf<"ready"> | null;
  readonly done: EventOf<"done"> | null;
}

/** Measures steps on the fixed batch, without recomputation, with it, or both, and hands on each result. Ends early when interrupted. */
export async function measureThroughput(
  options: TrainingOptions,
  throughput: ThroughputOptions,
  world: World,
  append: (result: ThroughputResult) => Promise<void>,
): Promise<void> {
  for (const recompute of throughput.recompute) {
    if (world.interrupt.aborted) return;
    const config = { ...throughput.config, recompute };
    const name = `throughput, recomputation ${recompute ? "on" : "off"}`;
    const result = await measureOne(options, throughput, config, world, name);
    if (result === null) return;
    world.progress.line(`${name}: ${stepText(result.row.step)}`);
    await append(result);
  }
}

async function measureOne(
  { gpu, warmups, repeats, budgetSeconds, totalBudgetSeconds }: TrainingOptions,
  { batch, melFrames, tokens, steps }: ThroughputOptions,
  config: TrainingConfig,
  world: World,
  name: string,
): Promise<ThroughputResult | null> {
  const { recompute } = config;
  const config_sha256 = await trainingHash(config);
  const remaining = totalBudgetSeconds === null ? Infinity : totalBudgetSeconds - world.elapsed();
  if (remaining <= 0) {
    const reason = `nothing is left of ${duration(totalBudgetSeconds!)} in all; give more with --total-budget`;
    return { row: { recompute, config_sha256, step: missingStep("over-budget", reason) }, ready: null, done: null };
  }
  const budget = Math.min(budgetSeconds, remaining);
  const request: StepsRequest = {
    gpu,
    config,
    batch,
    melFrames,
    tokens,
    steps,
    warmups,
    repeats,
    budgetSeconds: budget,
  };
  let count = 0;
  world.progress.status(`${name}: starting`);
  const deadlineSeconds = budget + GRACE_SECONDS;
  const { childScript, sampler, interrupt } = world;
  const run = await measurePoint(childScript, request, deadlineSeconds, sampler, interrupt, (event) => {
    if (event.event === "ready") world.progress.status(`${name}: warming up`);
    if (event.event === "sample") {
      world.progress.status(`${name}: repeat ${++count}/${repeats}, ${formatSeconds(event.seconds)} a step`);
    }
  });
  const step = stepOf(run, batch * melFrames / 100, deadlineSeconds, remaining < budgetSeconds);
  return step && { row: { recompute, config_sha256, step }, ready: run.ready, done: run.done };
}

/** What a child says of its steps; null where it was interrupted. */
function stepOf(run: PointRun, audioSeconds: number, deadlineSeconds: number, isLast: boolean): Step | null {
  const outcome = outcomeOf(run, { deadlineSeconds, remedy: isLast ? "--total-budget" : "--budget" });
  if (outcome === null) return null;
  if (outcome.status !== "ok") return missingStep(outcome.status, outcome.reason);
  const { done } = outcome;
  return measuredStep(audioSeconds, {
    warmups: run.warmups.length,
    seconds: run.samples.map(({ seconds }) => seconds),
    stages: stagesOf(run),
    memory: memoryOf(run, done),
    dispatches: done.dispatches,
    figures: figuresOf(done),
  });
}

/** Loss and gradient that a child of this benchmark told. */
export function figuresOf({ figures = {} }: EventOf<"done">): StepFigures {
  const { ctc = null, decoder = null, norm = null, impossible, skipped } = figures;
  return { ctc, decoder, norm, impossible: impossible ?? 0, skipped: skipped ?? 0 };
}

/** A step in the progress. */
function stepText(step: Step): string {
  if (step.status !== "ok") return `${step.status}, ${step.reason}`;
  const { seconds, audio_per_second, memory } = step;
  const peak = memory.ledger_peak_bytes === null ? "" : `, peak ${formatBytes(memory.ledger_peak_bytes)}`;
  return `${formatSeconds(seconds.median)} a step, ${significant(audio_per_second)} s of audio a second${peak}`;
}
