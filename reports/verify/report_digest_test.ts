import assert from "node:assert/strict";
import { exampleEval, exampleUtterances } from "../example_eval.ts";
import { exampleReport } from "../example_report.ts";
import { parseReport } from "../read.ts";
import type { MeasuredRow, ScalingReport } from "../schema.ts";
import { digestDifferences, withDigest } from "./report_digest.ts";

/** What the digest of the example says after `change`. */
function places(change: (report: ScalingReport, row: MeasuredRow) => void): string[] {
  const report = withDigest(exampleReport());
  change(report, report.rows[0] as MeasuredRow);
  return digestDifferences(report, null, "report.json").map(({ where }) => where);
}

Deno.test("digestDifferences() finds nothing in a report as it was written, in whatever order its fields stand", () => {
  const report = withDigest(exampleReport());
  assert.deepEqual(digestDifferences(parseReport(JSON.stringify(report), "a"), null, "a"), []);
  const turned = Object.fromEntries(Object.entries(report).reverse()) as unknown as ScalingReport;
  assert.deepEqual(digestDifferences(turned, null, "a"), []);
  assert.deepEqual(digestDifferences(exampleReport(), null, "a"), []);
  assert.deepEqual(withDigest(report), report);
});

Deno.test("digestDifferences() names a field from which nothing else follows: a number, a text, a null", () => {
  assert.deepEqual(places((_, row) => row.warmups++), ["rows[0].warmups"]);
  assert.deepEqual(places((_, row) => row.memory.reserved_peak_bytes! += 1), ["rows[0].memory.reserved_peak_bytes"]);
  assert.deepEqual(places((_, row) => row.seconds.samples[3] *= 1 + 2 ** -52), ["rows[0].seconds.samples[3]"]);
  assert.deepEqual(places((_, row) => row.predicted_seconds = 1), ["rows[0].predicted_seconds"]);
  assert.deepEqual(places(({ environment }) => environment.cpu = "another"), ["environment.cpu"]);
  assert.deepEqual(places(({ environment }) => environment.wgsl_hashes.matmul = "0".repeat(64)), [
    "environment.wgsl_hashes.matmul",
  ]);
});

Deno.test("digestDifferences() says that several fields were changed, or came or went", () => {
  assert.deepEqual(places((_, row) => row.warmups = ++row.forced_tokens), ["report.json"]);
  assert.deepEqual(places(({ environment }) => delete environment.wgsl_hashes.matmul), ["report.json"]);
});

Deno.test("digestDifferences() names the journal's line that was changed", () => {
  const { report, journal } = exampleEval();
  const digested = withDigest(report, journal);
  assert.deepEqual(digestDifferences(digested, journal, "report.json"), []);
  const { hypothesis } = exampleUtterances()[7];
  const changed = digestDifferences(digested, journal.replace(hypothesis, "red pears"), "report.json");
  assert.deepEqual(changed.map(({ where }) => where), ["utterances.jsonl line 9"]);
  const cut = digestDifferences(digested, journal.slice(0, journal.lastIndexOf("{")), "report.json");
  assert.deepEqual(cut.map(({ where }) => where), ["utterances.jsonl"]);
  // A report that was written without its journal.
  assert.deepEqual(digestDifferences(withDigest(report), journal, "report.json"), []);
});
