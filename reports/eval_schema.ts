/**
 * The report of `eval`, report.json, and the lines of its journal, utterances.jsonl: the one source of their TypeScript
 * types, of their validation and of the published JSON Schema (`schema/eval-report.schema.json`).
 *
 * A change to a field, or to how `eval_derive.ts` computes one, is a new `schema_version`.
 */
import { z } from "zod";
import { digestField } from "./digest_schema.ts";
import { count, machineFields, nonNegative, positive, positiveInt, text } from "./machine_schema.ts";

/** `schema_version` of the eval reports, and of their journals, that this code writes and reads. */
export const EVAL_SCHEMA_VERSION = 1;

/** The journal's name, which lies beside its report. */
export const JOURNAL_FILE = "utterances.jsonl";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What report and journal say alike: who transcribed, and what was asked for. */
const run = {
  engine: z.strictObject({
    engine: text,
    weights: z.strictObject({ name: text, sha256 }).nullable(),
    settings: z.record(text, z.union([z.string(), z.number(), z.boolean()])).describe(
      "All that bears on the text; what changes only the speed is left out",
    ),
  }),
  limit: positiveInt.nullable().describe("At most as many utterances, from the start of the corpus; null: all of it"),
  shard: z.strictObject({ index: positiveInt.describe("From 1"), of: positiveInt }).nullable().describe(
    "Of what `limit` leaves, the utterances whose index leaves index - 1 when divided by of; null: all of it",
  ),
  skip_bad: z.boolean().describe("Utterances that could not be transcribed are left out of the scores"),
};

const dataset = z.strictObject({
  id: text,
  version: text,
  split: text,
  form: text.describe("What it was read from: a folder, an archive, parquet"),
  sha256: sha256.describe("Of the lines `ID<TAB>REFERENCE<LF>` of the corpus as it was found, in its order"),
  expected: z.strictObject({
    utterances: positiveInt,
    words: positiveInt.nullable(),
    hours: positive.nullable(),
  }).describe("What the published set holds; null where that is not known"),
  found: positiveInt.describe("Utterances of the corpus as it was found"),
  dropped: count.describe("Utterances that the set's own rules never score, which are not among those found"),
});

const header = z.strictObject({
  kind: z.literal("eval-journal"),
  schema_version: z.literal(EVAL_SCHEMA_VERSION),
  dataset,
  ...run,
}).superRefine((value, context) => refineRun(value, context));

const told = {
  index: count.describe("Position in the corpus, from 0"),
  id: text,
  speaker: text.nullable(),
  reference: z.string().describe("As the corpus has it"),
  audio_seconds: nonNegative.describe("0 where the audio did not decode"),
  processing_seconds: nonNegative.describe("Its share, by length of audio, of the call that transcribed it"),
};

const utterance = z.discriminatedUnion("status", [
  z.strictObject({
    ...told,
    hypothesis: z.string().describe("As the engine gave it"),
    status: z.literal("ok"),
    reason: z.null(),
    segments: z.array(z.strictObject({ start: z.number(), end: z.number(), text: z.string() })).nullable(),
  }),
  z.strictObject({
    ...told,
    hypothesis: z.literal(""),
    status: z.enum(["bad-audio", "failed"]).describe("bad-audio: did not decode; failed: the engine could not"),
    reason: text,
    segments: z.null(),
  }),
]);

/** As `score --json` prints it: `Score` of benchmarks/scoring/score.ts. */
const score = z.strictObject({
  protocol: text,
  utterances: count.describe("Scored, with or without words"),
  excluded: count.describe("Left out by the protocol's own rules"),
  words: count.describe("Of the references, normalised"),
  correct: count,
  substitutions: count,
  deletions: count,
  insertions: count,
  wer: nonNegative.nullable().describe("Errors over words, a fraction; null without words"),
  interval: z.strictObject({ lower: nonNegative, upper: nonNegative, level: positive }).nullable().describe(
    "Of the rate, by bootstrap; null where too few blocks leave nothing to tell it from",
  ),
  interval_from: z.enum(["speakers", "utterances"]).nullable().describe("What the interval took as independent"),
  interval_blocks: count.describe("How many of them"),
  characters: count.describe("Of the references, normalised, with the spaces between words"),
  character_errors: count,
  cer: nonNegative.nullable(),
}).meta({ id: "Score" });

const frequent = z.array(z.strictObject({ word: text, count: positiveInt }));

const report = z.strictObject({
  kind: z.literal("eval"),
  schema_version: z.literal(EVAL_SCHEMA_VERSION),
  environment: z.strictObject({
    ...machineFields,
    adapter: machineFields.adapter.nullable().describe("Null where the engine computes on none of WebGPU's"),
    wgsl_hashes: z.record(text, sha256).describe("SHA-256 of every kernel's WGSL text"),
  }).meta({ id: "EvalEnvironment" }),
  ...run,
  dataset: dataset.extend({ evaluated: count.describe("Lines of the journal, bad ones with them") }),
  merged_from: positiveInt.nullable().describe("Shards that were merged; environment is then the first one's"),
  batch: positiveInt.describe("Most recordings that one call took"),
  interrupted: z.boolean().describe("Stopped before every utterance had its turn"),
  load_seconds: nonNegative.describe("From start to ready, not in rtfx; of shards the greatest"),
  scores: z.array(score).min(1).describe("One for each protocol"),
  errors: z.strictObject({
    substitutions: z.array(z.strictObject({ reference: text, hypothesis: text, count: positiveInt })),
    deletions: frequent,
    insertions: frequent,
  }).describe("The most frequent under whisper-en-v1"),
  rtfx: z.strictObject({
    audio_seconds: nonNegative,
    processing_seconds: nonNegative,
    value: positive.nullable().describe("Audio over processing; null where nothing was transcribed"),
  }).describe("Of the utterances that were transcribed: everything from samples to text"),
  memory: z.strictObject({
    ledger_peak_bytes: count.nullable().describe("Exact peak of live GPU buffers, where the engine's are counted"),
    outside_peak_bytes: count.nullable().describe("Peak seen from outside the program"),
    outside_source: text.nullable(),
  }).describe("Of shards the greatest"),
  bad: z.array(z.strictObject({ id: text, status: z.enum(["bad-audio", "failed"]), reason: text })),
  utterances: z.strictObject({ file: z.literal(JOURNAL_FILE), count, sha256: sha256.describe("Of the file's bytes") }),
  digest: digestField,
}).superRefine((value, context) => {
  refineRun(value, context);
  const refuse = (path: string[], message: string) => context.addIssue({ code: "custom", path, message });
  if ((value.memory.outside_peak_bytes === null) !== (value.memory.outside_source === null)) {
    refuse(["memory", "outside_source"], "outside_peak_bytes and its source are both there or both null");
  }
  if (value.merged_from !== null && value.shard !== null) refuse(["merged_from"], "a shard is not merged");
  const twice = value.scores.find(({ protocol }, i) => value.scores.some((s, j) => j < i && s.protocol === protocol));
  if (twice) refuse(["scores"], `second score of ${twice.protocol}`);
});

function refineRun({ shard }: Pick<z.infer<typeof header>, "shard">, context: z.core.$RefinementCtx): void {
  if (shard !== null && shard.index > shard.of) {
    context.addIssue({ code: "custom", path: ["shard", "index"], message: `shard ${shard.index} of ${shard.of}` });
  }
}

/** First line of a journal: what its utterances were transcribed by, and of which corpus. */
export type EvalJournalHeader = z.infer<typeof header>;
/** Each further line: one utterance, with what was heard in it. */
export type EvalUtterance = z.infer<typeof utterance>;
/** The most frequent errors of each kind. */
export type EvalErrors = z.infer<typeof report>["errors"];
/** Counts and rate under one protocol. */
export type EvalScore = z.infer<typeof score>;
/** The whole report. */
export type EvalReport = z.infer<typeof report>;

/** Validates the first line of a journal. */
export const evalJournalHeader: z.ZodType<EvalJournalHeader> = header;

/** Validates each further line of a journal. */
export const evalUtterance: z.ZodType<EvalUtterance> = utterance;

/** Validates an eval report; `safeParse` names each field that is wrong. */
export const evalReport: z.ZodType<EvalReport> = report;

/** JSON Schema (draft 2020-12) of the report, for programs in other languages. */
export function evalJsonSchema(): Record<string, unknown> {
  return { title: "samba-asr-bench eval report", ...z.toJSONSchema(report) };
}
