/** What every report may hold to tell a field that was changed after it was written. */
import { z } from "zod";
import { count } from "./machine_schema.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const short = z.string().regex(/^[0-9a-f]{16}$/).describe("The first 16 digits of a SHA-256");

const digest = z.strictObject({
  of: count.describe("How many items"),
  sha256: sha256.describe("Of all items, each with a line feed"),
  halves: z.array(z.tuple([short, short])).describe(
    "For each bit of an item's index: of the items that have it clear, and of those that have it set. A single item that " +
      "was changed makes one of each two differ, and these spell its index",
  ),
}).meta({ id: "Digest" });

const reportDigest = z.strictObject({
  fields: digest.describe("Of every other field: `PATH<TAB>JSON`, sorted by path (rows[3].seconds.median)"),
  lines: digest.optional().describe("Of the lines of utterances.jsonl"),
}).meta({ id: "ReportDigest" });

/** Digest of a list of texts. */
export type Digest = z.infer<typeof digest>;
/** Digest of a report, and of the journal beside it. */
export type ReportDigest = z.infer<typeof reportDigest>;

/** The field `digest` of every report: those of earlier versions have none. */
export const digestField: z.ZodOptional<z.ZodType<ReportDigest>> = z.optional(reportDigest).describe(
  "Taken when the report was written: it tells an accident or a careless edit, and proves nothing against one who makes it again",
);
