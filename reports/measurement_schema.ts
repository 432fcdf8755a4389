/** The parts that reports of whole models have in common: repeated times, stages, memory and fits. */
import { z } from "zod";
import { count, nonNegative, positive, positiveInt, text } from "./machine_schema.ts";

const summary = z.strictObject({
  samples: z.array(nonNegative).min(1).describe("Every timed repeat in seconds, in the order it ran"),
  median: nonNegative,
  lower: nonNegative.describe("Lower end of the 95 % bootstrap interval of the median"),
  upper: nonNegative,
  outliers: z.array(count).describe("Indices of samples outside Tukey's fences: flagged, and kept in every figure"),
}).meta({ id: "Summary" });

const stage = z.strictObject({
  name: text.describe("log_mel, encoder, ctc, decoder_prefill, decoder_per_token, ..."),
  clock: z.enum(["gpu", "host"]).describe("GPU timestamps or the host's clock"),
  seconds: summary.describe("Sample i belongs to timed repeat i"),
});

const memory = z.strictObject({
  ledger_peak_bytes: positiveInt.nullable().describe(
    "Exact peak of live GPU buffers, from the buffer ledger; null of an engine whose memory no ledger counts",
  ),
  ledger_peak_by_tag: z.record(text, count).describe(
    "How that peak was made up at its moment: weights, activations, state, ...; they add up to it",
  ),
  reserved_peak_bytes: count.nullable().describe(
    "Peak of what the pool held, live and free buffers together; null as ledger_peak_bytes",
  ),
  outside_peak_bytes: count.nullable().describe(
    "Peak seen from outside the program, or null where nothing could see it",
  ),
  outside_source: z.enum(["nvidia-smi delta", "maxRSS"]).nullable().describe(
    "nvidia-smi delta: device memory above its least; maxRSS: the process's peak resident size as getrusage tells it, " +
      "which on Linux is at least what the parent process held when it started this one",
  ),
}).meta({ id: "Memory" });

/** Samples with what follows from them. */
export type Summary = z.infer<typeof summary>;
/** One stage of what was measured. */
export type Stage = z.infer<typeof stage>;
/** Memory of what was measured. */
export type Memory = z.infer<typeof memory>;

/** Times that are above zero, with what follows from them. */
export const positiveSummarySchema: z.ZodType<Summary> = summary.extend({ samples: z.array(positive).min(1) });
/** A stage of what was measured. */
export const stageSchema: z.ZodType<Stage> = stage;
/** Memory of what was measured. */
export const memorySchema: z.ZodType<Memory> = memory;

/** Zod's types of `fitFields`. */
export interface FitFields {
  readonly exponent: z.ZodNumber;
  readonly lower: z.ZodNumber;
  readonly upper: z.ZodNumber;
  readonly method: z.ZodEnum<
    { readonly "student-t": "student-t"; readonly "sample-bootstrap": "sample-bootstrap"; readonly none: "none" }
  >;
  readonly intercept: z.ZodNumber;
  readonly r2: z.ZodNumber;
  readonly tail_exponent: z.ZodNumber;
  readonly points: z.ZodInt;
}

/** A power law fitted to a quantity against minutes. */
export const fitFields: FitFields = {
  exponent: z.number().describe("Slope of log(quantity) on log(minutes)"),
  lower: z.number().describe("Lower end of the exponent's 95 % interval"),
  upper: z.number(),
  method: z.enum(["student-t", "sample-bootstrap", "none"]).describe(
    "Where the interval comes from; with none, lower and upper repeat the exponent and are no interval",
  ),
  intercept: z.number().describe("Natural logarithm of the fitted quantity at one minute"),
  r2: z.number().min(0).max(1),
  tail_exponent: z.number().describe("Slope between the two longest lengths alone"),
  points: z.int().min(2),
};

/** A fitted power law. */
export type FitFigures = { -readonly [Key in keyof FitFields]: z.infer<FitFields[Key]> };

/** What a measured row must be besides the types of its fields. */
export function refineMeasured(
  { seconds, stages, memory }: {
    readonly seconds: Summary;
    readonly stages: readonly Stage[];
    readonly memory: Memory;
  },
  path: (string | number)[],
  context: z.core.$RefinementCtx,
): void {
  const refuse = (field: (string | number)[], message: string): void =>
    context.addIssue({ code: "custom", path: [...path, ...field], message });
  if ((memory.outside_peak_bytes === null) !== (memory.outside_source === null)) {
    refuse(["memory", "outside_source"], "outside_peak_bytes and its source are both there or both null");
  }
  const counted = memory.ledger_peak_bytes !== null;
  if (counted !== (memory.reserved_peak_bytes !== null)) {
    refuse(["memory", "reserved_peak_bytes"], "ledger_peak_bytes and it are both there or both null");
  }
  if (!counted && Object.keys(memory.ledger_peak_by_tag).length > 0) {
    refuse(["memory", "ledger_peak_by_tag"], "tags of a peak that is null");
  }
  stages.forEach((stage, i) => {
    const [has, repeats] = [stage.seconds.samples.length, seconds.samples.length];
    if (has !== repeats) refuse(["stages", i, "seconds", "samples"], `${has} samples of ${repeats} timed repeats`);
  });
}
