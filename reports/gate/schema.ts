/**
 * The report of `gate`, gate.json: the one source of its TypeScript types and of its validation. What was measured stands
 * in `measured` fields; the rest is derived by `derive.ts`.
 *
 * A change to a field, or to how `derive.ts` computes one, is a new `schema_version`.
 */
import { z } from "zod";
import { digestField } from "../digest_schema.ts";
import { count, machineFields, nonNegative, positive, positiveInt, text } from "../machine_schema.ts";

/** `schema_version` of the gate's reports that this code writes and reads. */
export const GATE_SCHEMA_VERSION = 1;

const item = z.union([z.number(), z.string()]);

const difference = z.strictObject({
  name: text.describe("Kind of quantity, what it is of, and which part, with slashes between"),
  was: item.nullable().describe("In the baseline; null where it holds none of this name"),
  now: item.nullable().describe("Null where the version has none of this name"),
}).meta({ id: "ExactDifference" });

const exact = z.strictObject({
  compared: z.array(z.strictObject({ file: text, items: count })).describe("Baselines, and how many items each holds"),
  differences: z.array(difference),
  problems: z.array(text).describe("What could not be compared, and why"),
});

const samples = z.record(text, z.array(positive).min(1));

const round = z.strictObject({
  order: z.array(z.enum(["baseline", "candidate", "control"])).length(3).describe("In which the processes ran"),
  baseline: samples.describe("Seconds of one launch, by benchmark, a value a sample"),
  candidate: samples,
  control: samples.describe("The baseline once more: what is found here is noise"),
}).meta({ id: "Round" });

const version = z.strictObject({
  name: text.describe("As it was asked for"),
  commit: z.string().regex(/^[0-9a-f]{40}$/).nullable(),
  dirty: z.boolean().nullable().describe("Whether files differ from that commit; null where nothing tells"),
});

const ratio = {
  ratio: positive.describe("Seconds of the candidate over those of the baseline: 1.1 is 10 % slower"),
  lower: positive,
  upper: positive,
};

const verdict = z.enum(["regression", "improvement", "unchanged", "inconclusive"]);

const row = z.strictObject({
  name: text,
  verdict,
  ...ratio,
  too_wide: z.boolean().describe("The interval is too wide to see the effect"),
  baseline_seconds: positive.describe("Median over the processes of each one's median sample"),
  candidate_seconds: positive,
  control: z.strictObject({ verdict, ...ratio }).nullable().describe("The same of the control; null without one"),
}).meta({ id: "GateRow" });

const rules = z.strictObject({
  effect: positive.describe("Slowdown from which on a row may be a regression: 0.05 is 5 %"),
  alpha: positive.max(0.5).describe("Chance that any interval of the run misses the truth, at most"),
});

const timing = z.strictObject({
  baseline: version,
  candidate: version,
  rules,
  looks: z.array(positiveInt).min(1).describe("Pairs after which the verdict is sought"),
  seed: z.int().describe("Of the random orders"),
  samples: positiveInt.describe("Of each benchmark in each process"),
  planted: text.nullable().describe("Work that was added to the candidate on purpose"),
  clock: z.enum(["gpu", "processor", "host"]),
  launches: z.record(text, positiveInt).describe("Launches of one sample, by benchmark"),
  missing: z.array(
    z.strictObject({ name: text, side: z.enum(["baseline", "candidate"]), reason: text }),
  ).describe("Benchmarks that a version lacks or that fail in it"),
  stopped: z.enum(["verdict", "all pairs", "out of time", "interrupted", "failed"]),
  failure: text.nullable().describe("What a process that failed said"),
  seconds: nonNegative.describe("Wall time of the lane"),
  rounds: z.array(round),
  rows: z.array(row).describe("Empty before the first look"),
});

const stored = z.strictObject({
  baseline: text.describe("Path of the report"),
  candidate: text,
  kind: z.enum(["kernels", "scaling"]),
  rules,
  allowed: z.array(text).describe("What differs between the two, and was allowed to"),
  pairs: z.array(z.strictObject({
    name: text,
    baseline: z.array(positive).min(1),
    candidate: z.array(positive).min(1),
    control: z.boolean().describe("Hangs on no code of the versions: what is found here is noise"),
  })).describe("Samples of what both reports hold"),
  left_out: z.array(z.strictObject({ name: text, reason: text })),
  rows: z.array(row),
});

const report = z.strictObject({
  kind: z.literal("gate"),
  schema_version: z.literal(GATE_SCHEMA_VERSION),
  environment: z.strictObject({
    ...machineFields,
    adapter: machineFields.adapter.nullable().describe("Null where nothing ran on one"),
  }).meta({ id: "GateEnvironment" }),
  exact: exact.nullable(),
  timing: timing.nullable(),
  stored: stored.nullable(),
  exit_code: z.union([z.literal(0), z.literal(1), z.literal(2)]).describe("0 pass, 1 regression, 2 could not measure"),
  messages: z.array(text).describe("Which, by how much and how sure: a line each"),
  digest: digestField,
});

/** Something that must not change and did. */
export type ExactDifference = z.infer<typeof difference>;
/** The exact lane. */
export type ExactLane = z.infer<typeof exact>;
/** Three fresh processes, one of each side. */
export type Round = z.infer<typeof round>;
/** What was compared. */
export type GateVersion = z.infer<typeof version>;
/** One benchmark's verdict. */
export type GateRow = z.infer<typeof row>;
/** When a row is a regression. */
export type GateRules = z.infer<typeof rules>;
/** The timing lane. */
export type TimingLane = z.infer<typeof timing>;
/** The timing lane as it is measured, before anything is derived. */
export type MeasuredTiming = Omit<TimingLane, "rows">;
/** Two stored reports. */
export type StoredLane = z.infer<typeof stored>;
/** Two stored reports before anything is derived. */
export type StoredSamples = Omit<StoredLane, "rows">;
/** The whole report. */
export type GateReport = z.infer<typeof report>;

/** Validates a gate report; `safeParse` names each field that is wrong. */
export const gateReport: z.ZodType<GateReport> = report;

/** JSON Schema (draft 2020-12) of the report, for programs in other languages. */
export function gateJsonSchema(): Record<string, unknown> {
  return { title: "samba-asr-bench gate report", ...z.toJSONSchema(report) };
}
