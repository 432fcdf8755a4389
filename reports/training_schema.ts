/**
 * The report of `bench:training`: the one source of its TypeScript types, of its validation and of the published JSON
 * Schema (`schema/training-report.schema.json`).
 *
 * A change to a field, or to how `training_derive.ts` computes one, is a new `schema_version`.
 */
import { z } from "zod";
import { digestField } from "./digest_schema.ts";
import { count, machineFields, positive, positiveInt, text } from "./machine_schema.ts";
import { fitFields, memorySchema, positiveSummarySchema, refineMeasured, stageSchema } from "./measurement_schema.ts";

/** `schema_version` of the training reports that this code writes and reads. */
export const TRAINING_SCHEMA_VERSION = 1;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const figures = z.strictObject({
  ctc: z.number().nullable().describe("CTC loss in nats a token; null where the head is not trained, or not finite"),
  decoder: z.number().nullable().describe("The decoder's cross-entropy in nats a token; null likewise"),
  norm: z.number().nullable().describe("Norm of the whole gradient, which clipping goes by"),
  impossible: count.describe("Utterances that CTC could not align: they cost time and gave no gradient"),
  skipped: count.describe("Steps of the last repeat in which the weights were not moved, as something was not finite"),
}).meta({ id: "StepFigures" });

const measured = z.strictObject({
  status: z.literal("ok"),
  reason: z.null(),
  warmups: count.describe("Untimed repeats before the timed ones"),
  seconds: positiveSummarySchema.describe(
    "One step by the host's clock; each sample is the mean over the steps of one repeat, which waits once, at its end",
  ),
  gpu_seconds: positiveSummarySchema.nullable().describe(
    "The stages forward, backward and optimizer of one step by GPU timestamps, added up; null where there are none",
  ),
  stages: z.array(stageSchema).describe("forward, backward (with what is recomputed), optimizer (with clipping)"),
  audio_per_second: positive.describe("Audio seconds of all timed steps over the seconds they took"),
  memory: memorySchema,
  dispatches: positiveInt.describe("Kernels launched by one step"),
  figures: figures.describe("Of the last timed step"),
}).meta({ id: "MeasuredStep" });

const missing = z.strictObject({
  status: z.enum(["out-of-memory", "over-limit", "over-budget", "failed"]),
  reason: text.describe("One line: what was asked for and what refused it"),
  warmups: z.null(),
  seconds: z.null(),
  gpu_seconds: z.null(),
  stages: z.null(),
  audio_per_second: z.null(),
  memory: z.null(),
  dispatches: z.null(),
  figures: z.null(),
}).meta({ id: "MissingStep" });

const step = z.discriminatedUnion("status", [measured, missing]);

const model = z.strictObject({
  config_sha256: sha256.describe("Of the canonical JSON of the training config, the model's sizes resolved"),
  parameters: z.strictObject({ encoder: count, total: count }),
}).meta({ id: "TrainedModel" });

const throughput = z.strictObject({
  config: text.describe("Name of the training preset, or path of the config"),
  batch: positiveInt,
  mel_frames: positiveInt.describe("Of 10 ms, of each utterance: random values"),
  tokens: positiveInt.describe("Of each utterance: random characters, the decoder's end not counted"),
  steps: positiveInt.describe("Of each repeat"),
  parameters: model.shape.parameters,
  rows: z.array(z.strictObject({
    recompute: z.boolean().describe("Whether the backward pass computes each block again, in place of keeping it"),
    config_sha256: model.shape.config_sha256,
    step,
  })).min(1).max(2),
  recomputation: z.strictObject({
    seconds: positive.describe("Of the median time of a step"),
    gpu_seconds: positive.nullable(),
    memory: positive.describe("Of the ledger's peak"),
    step_memory: positive.describe("Of that peak less the weights, their gradients and the optimizer's state"),
  }).nullable().describe("With recomputation over without it; null where one of them was not measured"),
}).meta({ id: "Throughput" });

const quantity = z.enum(["seconds", "gpu_seconds", "memory", "step_memory"]).describe(
  "seconds, gpu_seconds: their medians; memory: memory.ledger_peak_bytes; step_memory: that less ledger_peak_by_tag's " +
    "weights (twice: once for their gradients) and optimizer, which do not depend on the audio",
);

const long = z.strictObject({
  preset: text.describe("Size of the models"),
  head: z.enum(["ctc", "decoder", "both"]).describe("What the loss is of"),
  ctc_weight: z.number().min(0).max(1),
  recompute: z.boolean(),
  models: z.record(text, model).describe("By engine"),
  rows: z.array(z.strictObject({
    engine: text,
    minutes: positive.describe("Length of the one utterance"),
    frames: positiveInt.describe("Encoder frames of 40 ms"),
    tokens: positiveInt.describe("Random characters of the text"),
    predicted_seconds: positive.nullable().describe("What the budget expected of one step before it ran, if it did"),
    step,
  })).min(1),
  fits: z.array(z.strictObject({ engine: text, quantity, ...fitFields }).meta({ id: "TrainingFit" })),
}).meta({ id: "LongAudio" });

const environment = z.strictObject({
  ...machineFields,
  wgsl_hashes: z.record(text, sha256).describe("SHA-256 of every kernel's WGSL text"),
  seed: count.describe("Of weights, log-mel frames and tokens"),
}).meta({ id: "TrainingEnvironment" });

const report = z.strictObject({
  kind: z.literal("training"),
  schema_version: z.literal(TRAINING_SCHEMA_VERSION),
  interrupted: z.boolean().describe("Stopped by a signal before everything that was asked for had its turn"),
  environment,
  throughput: throughput.nullable().describe("Steps on a fixed batch of short utterances; null where not asked for"),
  long: long.nullable().describe("One step through one long utterance; null where not asked for"),
  digest: digestField,
}).superRefine(({ throughput, long }, context) => {
  if (throughput === null && long === null) {
    context.addIssue({ code: "custom", path: [], message: "neither throughput nor long is there" });
  }
  const rows = [
    ...throughput?.rows.map(({ recompute, step }, i) => ({
      key: `recompute ${recompute}`,
      step,
      i,
      of: "throughput",
    })) ??
      [],
    ...long?.rows.map(({ engine, minutes, step }, i) => ({ key: `${engine}, ${minutes} min`, step, i, of: "long" })) ??
      [],
  ];
  const seen = new Set<string>();
  for (const { key, step, i, of } of rows) {
    const path = [of, "rows", i];
    if (seen.has(key)) context.addIssue({ code: "custom", path, message: `second row of ${key}` });
    seen.add(key);
    if (step.status === "ok") refineMeasured(step, [...path, "step"], context);
  }
});

/** Loss and gradient of a step. */
export type StepFigures = z.infer<typeof figures>;
/** A training step that was measured. */
export type MeasuredStep = z.infer<typeof measured>;
/** One that was asked for and not measured, with the reason. */
export type MissingStep = z.infer<typeof missing>;
/** Either: `status` tells the two apart. */
export type Step = z.infer<typeof step>;
/** Steps on a fixed batch. */
export type Throughput = z.infer<typeof throughput>;
/** Steps through long utterances. */
export type LongAudio = z.infer<typeof long>;
/** What is fitted against minutes. */
export type TrainingQuantity = z.infer<typeof quantity>;
/** A fitted exponent of an engine. */
export type TrainingFit = LongAudio["fits"][number];
/** The whole report. */
export type TrainingReport = z.infer<typeof report>;

/** Validates a training report; `safeParse` names each field that is wrong. */
export const trainingReport: z.ZodType<TrainingReport> = report;

/** JSON Schema (draft 2020-12) of the report, for programs in other languages. */
export function trainingJsonSchema(): Record<string, unknown> {
  return { title: "samba-asr-bench training report", ...z.toJSONSchema(report) };
}
