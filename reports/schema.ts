/**
 * The scaling report: the one source of its TypeScript types, of its validation and of the published JSON Schema
 * (`schema/scaling-report.schema.json`). Zod's numbers reject NaN and the infinities, which JSON cannot hold.
 *
 * A change to a field, or to how `derive.ts` computes one, is a new `schema_version`. What came later and older reports
 * of the same version lack is optional, and changes no figure that they have: so they still verify.
 */
import { z } from "zod";
import { digestField } from "./digest_schema.ts";
import { count, machineFields, nonNegative, positive, positiveInt, text } from "./machine_schema.ts";
import { fitFields, memorySchema, positiveSummarySchema, refineMeasured, stageSchema } from "./measurement_schema.ts";

export type { Memory, Stage, Summary } from "./measurement_schema.ts";

/** `schema_version` of the reports that this code writes and reads. */
export const SCHEMA_VERSION = 2;

/** What the words of transcripts are compared under. */
export const TRANSCRIPT_PROTOCOL = "whisper-en-v1";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const point = {
  engine: text,
  preset: text,
  minutes: positive.describe("Audio length"),
  batch: positiveInt,
  frames: positiveInt.describe("Encoder frames of one recording"),
  forced_tokens: count.describe(
    "Tokens that the decoder was made to emit, the same for every engine but whisper, which emits what it hears (0)",
  ),
  micro_batch: positiveInt.nullable().describe("Recordings per forward pass; null where nothing ran"),
  predicted_seconds: positive.nullable().describe("What the budget expected of one repeat before it ran, if it did"),
};

const transcript = z.strictObject({
  protocol: z.literal(TRANSCRIPT_PROTOCOL).describe("What both texts go through before their words are compared"),
  reference: z.string().describe("What was said, as the corpus has it"),
  hypothesis: z.string().describe("What the engine heard, as it gave it"),
  words: count.describe("Of the reference, under the protocol"),
  errors: z.strictObject({ substitutions: count, deletions: count, insertions: count }),
  wer: nonNegative.nullable().describe("Errors over words, a fraction; null without words"),
}).meta({ id: "Transcript" });

const measuredRow = z.strictObject({
  ...point,
  status: z.literal("ok"),
  reason: z.null(),
  warmups: count.describe("Untimed repeats before the timed ones"),
  repeats_short: z.boolean().describe("Fewer than 10 timed repeats: asked for so, or by a budget"),
  seconds: positiveSummarySchema.describe(
    "End to end by the host's clock, the whole batch: upload, log-mel, encoder, CTC head, tokens read back; of whisper " +
      "from samples to text, its decoder included",
  ),
  encoder_seconds: positiveSummarySchema.nullable().describe(
    "The stages log_mel, encoder and ctc by GPU timestamps, added up repeat by repeat; null where there are none",
  ),
  stages: z.array(stageSchema),
  rtfx: positive.describe("Audio seconds of all timed repeats over their processing seconds"),
  memory: memorySchema,
  tokens_sha256: sha256.describe(
    "Of the tokens read back (of whisper, of its text): engines that compute the same function can be compared",
  ),
  transcript: transcript.optional().describe(
    "One recording of the last repeat; there only where the audio has a text and the engine trained weights",
  ),
}).meta({ id: "MeasuredRow" });

const missingRow = z.strictObject({
  ...point,
  status: z.enum(["out-of-memory", "over-limit", "over-budget", "failed"]),
  reason: text.describe("One line: what was asked for and what refused it"),
  warmups: z.null(),
  repeats_short: z.null(),
  seconds: z.null(),
  encoder_seconds: z.null(),
  stages: z.null(),
  rtfx: z.null(),
  memory: z.null(),
  tokens_sha256: z.null(),
}).meta({ id: "MissingRow" });

const row = z.discriminatedUnion("status", [measuredRow, missingRow]);

const quantity = z.enum(["seconds", "encoder_seconds", "memory", "activation_memory"]).describe(
  "seconds: seconds.median; encoder_seconds: encoder_seconds.median; memory: memory.ledger_peak_bytes; " +
    "activation_memory: memory.ledger_peak_bytes less memory.ledger_peak_by_tag.weights",
);

const fit = z.strictObject({
  engine: text,
  preset: text,
  batch: positiveInt,
  quantity,
  frame_rate_hz: positive,
  ...fitFields,
}).meta({ id: "Fit" });

const crossover = z.strictObject({
  a: text,
  b: text,
  preset: text,
  batch: positiveInt,
  quantity,
  frame_rate_hz: positive,
  kind: z.enum(["always", "never-in-range", "at", "until", "no-common-points"]).describe(
    "always / never-in-range: a is lower than b at every / no common length; at: from `minutes` on; until: below it",
  ),
  minutes: positive.nullable().describe("The crossover, for at and until"),
  lower: positive.nullable(),
  upper: positive.nullable(),
  common_points: count,
  agreement: z.number().min(0).max(1).nullable().describe("Share of bootstrap resamples of the same kind"),
  extrapolated: z.strictObject({
    minutes: positive,
    a_lower: z.enum(["above", "below"]).describe("Side of `minutes` on which a's fitted line is the lower"),
  }).nullable().describe("Where the fitted lines meet outside the measured range: no measurement"),
}).meta({ id: "Crossover" });

const environment = z.strictObject({
  ...machineFields,
  wgsl_hashes: z.record(text, sha256).describe("SHA-256 of every kernel's WGSL text"),
  seeds: z.record(text, z.int()),
  config_hashes: z.record(text, text).describe("Engine of this suite to the hash of its model configuration"),
  parameters: z.record(text, z.strictObject({ encoder: count, total: count })).describe(
    "Engine of this suite to parameter counts",
  ),
  weights: z.record(
    text,
    z.strictObject({
      name: text,
      sha256,
      settings: z.record(text, z.union([z.string(), z.number(), z.boolean()])).describe("What else decides its text"),
    }),
  ).optional().describe("Engine to its trained weights; the others' are random"),
  dataset: z.strictObject({
    source: z.enum(["stitched", "generated"]).describe("stitched: recorded speech joined; generated: not speech"),
    id: text,
    sample_rate_hz: positiveInt,
    manifest_sha256: z.record(text, sha256).describe("Minutes to the SHA-256 of that recording's manifest"),
  }),
}).meta({ id: "Environment" });

const report = z.strictObject({
  kind: z.literal("scaling"),
  schema_version: z.literal(SCHEMA_VERSION),
  interrupted: z.boolean().describe("Stopped by a signal before every point that was asked for had its turn"),
  frame_rate_hz: positive.describe("Encoder frames per second of audio: 25 is one every 40 ms"),
  environment,
  rows: z.array(row).min(1),
  fits: z.array(fit),
  crossovers: z.array(crossover),
  digest: digestField,
}).superRefine(({ rows }, context) => {
  const seen = new Set<string>();
  rows.forEach((row, index) => {
    const key = `${row.engine}, ${row.preset}, ${row.minutes} min, batch ${row.batch}`;
    if (seen.has(key)) context.addIssue({ code: "custom", path: ["rows", index], message: `second row of ${key}` });
    seen.add(key);
    if (row.status === "ok") refineMeasured(row, ["rows", index], context);
  });
});

/** What was heard in a point against what was said. */
export type Transcript = z.infer<typeof transcript>;
/** A point that was measured. */
export type MeasuredRow = z.infer<typeof measuredRow>;
/** A point that was asked for and not measured, with the reason. */
export type MissingRow = z.infer<typeof missingRow>;
/** A point: `status` tells the two apart. */
export type Row = z.infer<typeof row>;
/** A fitted exponent of one engine, preset, batch and quantity. */
export type Fit = z.infer<typeof fit>;
/** What is fitted and compared. */
export type Quantity = z.infer<typeof quantity>;
/** Comparison of two engines over the lengths both have. */
export type CrossoverRow = z.infer<typeof crossover>;
/** The machine, the program and the data. */
export type Environment = z.infer<typeof environment>;
/** The whole report. */
export type ScalingReport = z.infer<typeof report>;

/** Validates a scaling report; `safeParse` names each field that is wrong. */
export const scalingReport: z.ZodType<ScalingReport> = report;

/** JSON Schema (draft 2020-12) of the report, for programs in other languages. */
export function jsonSchema(): Record<string, unknown> {
  return { title: "samba-asr-bench scaling report", ...z.toJSONSchema(report) };
}
