import type { Figure } from "./quantity.ts";
import { LEVEL, RESAMPLES, SEED, type StageSamples, summarise } from "./rows.ts";
import { fitPowerLaw } from "./statistics/power_law.ts";
import type {
  LongAudio,
  MeasuredStep,
  MissingStep,
  Throughput,
  TrainingFit,
  TrainingQuantity,
} from "./training_schema.ts";

/** What is known of a step before anything is derived; each sample is of one step, the mean over those of a repeat. */
export interface RawStep extends Pick<MeasuredStep, "warmups" | "memory" | "dispatches" | "figures"> {
  readonly seconds: readonly number[];
  readonly stages: readonly StageSamples[];
}

/** The parts of a step, in their order. */
const STAGES = ["forward", "backward", "optimizer"];

/** The quantities that are fitted, in the order in which reports show them. */
export const TRAINING_QUANTITIES: readonly TrainingQuantity[] = ["seconds", "gpu_seconds", "memory", "step_memory"];

/** A measured step; `audioSeconds`: of the whole batch. */
export function measuredStep(
  audioSeconds: number,
  { warmups, seconds, stages, memory, dispatches, figures }: RawStep,
): MeasuredStep {
  const gpu = gpuSamples(stages);
  return {
    status: "ok",
    reason: null,
    warmups,
    seconds: summarise(seconds),
    gpu_seconds: gpu && summarise(gpu),
    stages: stages.map(({ name, clock, samples }) => ({ name, clock, seconds: summarise(samples) })),
    audio_per_second: audioSeconds * seconds.length / seconds.reduce((sum, sample) => sum + sample, 0),
    memory,
    dispatches,
    figures,
  };
}

/** A step that could not be measured; `reason` is one line. */
export function missingStep(status: MissingStep["status"], reason: string): MissingStep {
  const nothing = {
    warmups: null,
    seconds: null,
    gpu_seconds: null,
    stages: null,
    audio_per_second: null,
    memory: null,
    dispatches: null,
    figures: null,
  };
  return { status, reason, ...nothing };
}

function gpuSamples(stages: readonly StageSamples[]): number[] | null {
  const parts = STAGES.map((wanted) => stages.find(({ name, clock }) => name === wanted && clock === "gpu"));
  const sums = parts[0]?.samples.map((_, i) => parts.reduce((sum, part) => sum + (part?.samples[i] ?? NaN), 0)) ?? [];
  return sums.length > 0 && sums.every((sum) => sum > 0) ? sums : null;
}

/** A quantity of a step; null where it has none. */
export function stepFigure(step: MeasuredStep, quantity: TrainingQuantity): Figure | null {
  if (quantity === "seconds" || quantity === "gpu_seconds") return step[quantity];
  const bytes = quantity === "memory" ? step.memory.ledger_peak_bytes : stepBytes(step);
  return bytes === null || bytes <= 0 ? null : { median: bytes, lower: bytes, upper: bytes };
}

/** The raw samples behind that figure: memory is counted, not sampled, so it has one. */
function stepSamples(step: MeasuredStep, quantity: TrainingQuantity): readonly number[] | null {
  if (quantity === "seconds" || quantity === "gpu_seconds") return step[quantity]?.samples ?? null;
  const figure = stepFigure(step, quantity);
  return figure && [figure.median];
}

/** The ledger's peak less the weights, their gradients, which take as much, and the optimizer's state. */
function stepBytes({ memory: { ledger_peak_bytes: peak, ledger_peak_by_tag: tags } }: MeasuredStep): number | null {
  return peak === null ? null : peak - 2 * (tags.weights ?? 0) - (tags.optimizer ?? 0);
}

/** What recomputation costs and saves: with over without; null where one of them was not measured. */
export function recomputationOf(rows: Throughput["rows"]): Throughput["recomputation"] {
  const of = (recompute: boolean) => rows.find((row) => row.recompute === recompute)?.step;
  const [without, with_] = [of(false), of(true)];
  if (without?.status !== "ok" || with_?.status !== "ok") return null;
  const ratio = (quantity: TrainingQuantity): number | null => {
    const [before, after] = [stepFigure(without, quantity), stepFigure(with_, quantity)];
    return before === null || after === null ? null : after.median / before.median;
  };
  const [seconds, memory, step_memory] = [ratio("seconds"), ratio("memory"), ratio("step_memory")];
  if (seconds === null || memory === null || step_memory === null) return null;
  return { seconds, gpu_seconds: ratio("gpu_seconds"), memory, step_memory };
}

/** Exponents of every quantity against minutes for each engine that has it at two lengths or more. */
export function deriveTrainingFits(rows: LongAudio["rows"]): TrainingFit[] {
  const engines = [...new Set(rows.map(({ engine }) => engine))];
  return TRAINING_QUANTITIES.flatMap((quantity) =>
    engines.flatMap((engine) => {
      const points = rows.flatMap(({ engine: own, minutes, step }) => {
        const samples = own === engine && step.status === "ok" ? stepSamples(step, quantity) : null;
        return samples === null ? [] : [{ x: minutes, samples }];
      });
      const fit = fitPowerLaw(points, LEVEL, RESAMPLES, SEED);
      if (fit === null) return [];
      const { tailExponent, ...figures } = fit;
      return [{ engine, quantity, ...figures, tail_exponent: tailExponent }];
    })
  );
}
