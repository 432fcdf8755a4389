import type { MeasuredRow, Memory, MissingRow, Stage, Summary } from "./schema.ts";
import { bootstrapMedian } from "./statistics/bootstrap.ts";
import { outliers } from "./statistics/outliers.ts";

/** Level of every interval in a report, and the resamples and seed behind it: `verify` recomputes with the same. */
export const LEVEL = 0.95;
export const RESAMPLES = 2000;
export const SEED = 1;

/** Timed repeats that a point has unless its budget cuts them short. */
export const FULL_REPEATS = 10;

/** What identifies a point, whether it was measured or not. */
export type Point = Pick<
  MeasuredRow,
  "engine" | "preset" | "minutes" | "batch" | "frames" | "forced_tokens" | "micro_batch" | "predicted_seconds"
>;

/** Raw figures of a stage. */
export interface StageSamples {
  readonly name: string;
  readonly clock: Stage["clock"];
  readonly samples: readonly number[];
}

/** Median, interval and outliers of samples in seconds. */
export function summarise(samples: readonly number[]): Summary {
  const interval = bootstrapMedian(samples, LEVEL, RESAMPLES, SEED);
  return { samples: [...samples], ...interval, outliers: outliers(samples) };
}

/** Stages that the architecture costs, without transfer and without waiting for it. */
const ENCODER_STAGES = ["log_mel", "encoder", "ctc"];

/** GPU seconds of log-mel, encoder and CTC head together, repeat by repeat; null where one of them has no timestamps. */
export function encoderSamples(stages: readonly StageSamples[]): number[] | null {
  const parts = ENCODER_STAGES.map((wanted) => stages.find(({ name, clock }) => name === wanted && clock === "gpu"));
  const sums = parts[0]?.samples.map((_, i) => parts.reduce((sum, part) => sum + (part?.samples[i] ?? NaN), 0)) ?? [];
  return sums.length > 0 && sums.every((sum) => sum > 0) ? sums : null;
}

/** Audio seconds of all timed repeats over their processing seconds. */
export function realTimeFactor(samples: readonly number[], minutes: number, batch: number): number {
  const processing = samples.reduce((sum, sample) => sum + sample, 0);
  return (samples.length * batch * minutes * 60) / processing;
}

/**
 * A measured row from raw figures: `samples` in seconds, one per timed repeat, the whole batch; of each stage as many.
 * `tokensSha256` is of the tokens read back.
 */
export function measuredRow(
  point: Point,
  warmups: number,
  samples: readonly number[],
  stages: readonly StageSamples[],
  memory: Memory,
  tokensSha256: string,
): MeasuredRow {
  const encoder = encoderSamples(stages);
  return {
    ...point,
    status: "ok",
    reason: null,
    warmups,
    repeats_short: samples.length < FULL_REPEATS,
    seconds: summarise(samples),
    encoder_seconds: encoder && summarise(encoder),
    stages: stages.map(({ name, clock, samples }) => ({ name, clock, seconds: summarise(samples) })),
    rtfx: realTimeFactor(samples, point.minutes, point.batch),
    memory,
    tokens_sha256: tokensSha256,
  };
}

/** A row for a point that could not be measured; `reason` is one line: what was asked for and what refused it. */
export function missingRow(point: Point, status: MissingRow["status"], reason: string): MissingRow {
  const nothing = {
    warmups: null,
    repeats_short: null,
    seconds: null,
    encoder_seconds: null,
    stages: null,
    rtfx: null,
    memory: null,
    tokens_sha256: null,
  };
  return { ...point, status, reason, ...nothing };
}
