/**
 * The report of `bench:kernels`, kernels.json: the one source of its TypeScript types, of its validation and of the
 * published JSON Schema (`schema/kernels-report.schema.json`).
 *
 * A change to a field, or to how `kernels_rows.ts` computes one, is a new `schema_version`.
 */
import { z } from "zod";
import { digestField } from "./digest_schema.ts";
import { machineFields, positive, text } from "./machine_schema.ts";

/** `schema_version` of the kernel reports that this code writes and reads. */
export const KERNELS_SCHEMA_VERSION = 1;

const measuredKernel = z.strictObject({
  name: text.describe("Operation and shape"),
  status: z.literal("ok"),
  reason: z.null(),
  seconds: z.strictObject({
    samples: z.array(positive).min(1).describe(
      "One launch by GPU timestamps, each sample the mean over the launches of one pass, in the order they ran",
    ),
    median: positive,
    min: positive,
    max: positive,
  }),
  flops: positive.nullable().describe("Floating-point operations of one launch, where arithmetic is what counts"),
  bytes: positive.nullable().describe(
    "Least bytes that one launch can move: each input read, each output written once",
  ),
  flops_per_second: positive.nullable().describe("At the median"),
  bytes_per_second: positive.nullable().describe("At the median"),
  copy_share: positive.nullable().describe(
    "bytes_per_second over that of the copy kernel, the first row; past 1 where a cache holds the data",
  ),
}).meta({ id: "MeasuredKernel" });

const missingKernel = z.strictObject({
  name: text,
  status: z.enum(["left-out", "over-limit", "out-of-memory", "failed"]).describe(
    "left-out: too large for an adapter that computes in software",
  ),
  reason: text.describe("One line: what refused it"),
}).meta({ id: "MissingKernel" });

const kernel = z.discriminatedUnion("status", [measuredKernel, missingKernel]);

const copyKernel = measuredKernel.extend({
  name: z.string().regex(/^copy kernel /),
  bytes: positive,
  bytes_per_second: positive,
  copy_share: positive,
}).meta({ id: "CopyKernel" });

const environment = z.strictObject({ ...machineFields }).meta({ id: "KernelsEnvironment" });

const report = z.strictObject({
  kind: z.literal("kernels"),
  schema_version: z.literal(KERNELS_SCHEMA_VERSION),
  environment,
  buffer_copy_rate: positive.describe(
    "Bytes per second, read and written together, of the driver's buffer-to-buffer copy, by the host's clock",
  ),
  rows: z.tuple([copyKernel], kernel).describe("The copy kernel, with which the others are compared, and the others"),
  digest: digestField,
}).superRefine(({ rows }, context) => {
  const expected = rows[0].seconds.samples.length;
  const seen = new Set<string>();
  rows.forEach((row, index) => {
    const refuse = (field: string[], message: string): void =>
      context.addIssue({ code: "custom", path: ["rows", index, ...field], message });
    if (seen.has(row.name)) refuse([], `second row of ${row.name}`);
    seen.add(row.name);
    if (row.status === "ok" && row.seconds.samples.length !== expected) {
      refuse(["seconds", "samples"], `${row.seconds.samples.length} samples, of the copy kernel ${expected}`);
    }
  });
});

/** A kernel that was timed. */
export type MeasuredKernel = z.infer<typeof measuredKernel>;
/** The kernel with whose bandwidth the others are compared. */
export type CopyKernel = z.infer<typeof copyKernel>;
/** A kernel that was not timed, and why. */
export type MissingKernel = z.infer<typeof missingKernel>;
/** A kernel: `status` tells the two apart. */
export type KernelRow = z.infer<typeof kernel>;
/** The whole report. */
export type KernelsReport = z.infer<typeof report>;

/** Validates a kernel report; `safeParse` names each field that is wrong. */
export const kernelsReport: z.ZodType<KernelsReport> = report;

/** JSON Schema (draft 2020-12) of the report, for programs in other languages. */
export function kernelsJsonSchema(): Record<string, unknown> {
  return { title: "samba-asr-bench kernel report", ...z.toJSONSchema(report) };
}
