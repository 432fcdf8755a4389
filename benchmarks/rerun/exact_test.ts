import assert from "node:assert/strict";
import { parseJournal } from "../../reports/eval_journal.ts";
import { exampleEval, exampleHeader, exampleJournal, exampleUtterances } from "../../reports/example_eval.ts";
import { exampleKernels } from "../../reports/example_kernels.ts";
import { exampleReport } from "../../reports/example_report.ts";
import { exampleTraining } from "../../reports/example_training.ts";
import type { Report } from "../../reports/read.ts";
import { missingRow } from "../../reports/rows.ts";
import type { MeasuredRow } from "../../reports/schema.ts";
import type { MeasuredStep } from "../../reports/training_schema.ts";
import { compareExact, compareJournals } from "./exact.ts";

/** Where a repeated run differs after `change` of it. */
function places<R extends Report>(make: () => R, change: (report: R) => void): string[] {
  const repeated = make();
  change(repeated);
  return compareExact(make(), repeated).differences.map(({ where }) => where);
}

Deno.test("compareExact() compares no times, nor memory from outside", () => {
  const later = (report: ReturnType<typeof exampleReport>): void => {
    const row = report.rows[0] as MeasuredRow;
    row.seconds.samples = [1];
    row.rtfx *= 2;
    row.memory.outside_peak_bytes! += 1;
    report.environment.started_at = "2027-01-01T00:00:00Z";
  };
  assert.deepEqual(places(exampleReport, later), []);
  assert.equal(compareExact(exampleReport(), exampleReport()).compared, 14);
  assert.equal(compareExact(exampleKernels(), exampleKernels()).compared, 4);
  assert.deepEqual(places(exampleTraining, ({ throughput }) => throughput!.rows.reverse()), []);
});

Deno.test("compareExact() names frames, passes, ledger peaks, tokens and hashes of a scaling run that are others", () => {
  const row = (change: (row: MeasuredRow) => void) =>
    places(exampleReport, ({ rows }) => change(rows[1] as MeasuredRow));
  assert.deepEqual(row((row) => row.frames++), ["rows[1].frames"]);
  assert.deepEqual(row((row) => row.micro_batch = 2), ["rows[1].micro_batch"]);
  assert.deepEqual(row((row) => row.memory.ledger_peak_bytes! += 4), ["rows[1].memory.ledger_peak_bytes"]);
  assert.deepEqual(row((row) => row.memory.ledger_peak_by_tag.weights -= 4), [
    "rows[1].memory.ledger_peak_by_tag.weights",
  ]);
  assert.deepEqual(row((row) => row.tokens_sha256 = "0".repeat(64)), ["rows[1].tokens_sha256"]);
  const { environment } = exampleReport();
  assert.ok("matmul" in environment.wgsl_hashes);
  assert.deepEqual(places(exampleReport, (report) => report.environment.wgsl_hashes.matmul = "0".repeat(64)), [
    "environment.wgsl_hashes.matmul",
  ]);
  assert.deepEqual(
    places(exampleReport, (report) => report.environment.dataset.manifest_sha256["5"] = "0".repeat(64)),
    [
      "environment.dataset.manifest_sha256.5",
    ],
  );
});

Deno.test("compareExact() of two adapters compares the kernels that both had, and says how many were left out", () => {
  const repeated = exampleReport();
  repeated.environment.adapter!.description = "another";
  const [first, second] = Object.keys(repeated.environment.wgsl_hashes);
  repeated.environment.wgsl_hashes.more = "1".repeat(64);
  delete repeated.environment.wgsl_hashes[first];
  const { differences, notRepeated } = compareExact(exampleReport(), repeated);
  assert.deepEqual(differences, []);
  assert.equal(notRepeated[0], "wgsl_hashes of 2 kernels that only one of the adapters had");
  repeated.environment.wgsl_hashes[second] = "0".repeat(64);
  assert.deepEqual(compareExact(exampleReport(), repeated).differences.map(({ where }) => where), [
    `environment.wgsl_hashes.${second}`,
  ]);
  repeated.environment.adapter!.description = exampleReport().environment.adapter!.description;
  assert.equal(compareExact(exampleReport(), repeated).differences.length, 3);
});

Deno.test("compareExact() takes weights for the same whose hash is, whatever the file is called", () => {
  const { report } = exampleEval();
  const renamed = structuredClone(report);
  renamed.engine.weights!.name = "other.safetensors";
  assert.deepEqual(compareExact(report, renamed).differences, []);
  renamed.engine.weights!.sha256 = "0".repeat(64);
  assert.deepEqual(compareExact(report, renamed).differences.map(({ where }) => where), ["engine.weights.sha256"]);
});

Deno.test("compareExact() names kernels launched, losses and norms of training, and operations of kernels", () => {
  const step = (change: (step: MeasuredStep) => void) =>
    places(exampleTraining, ({ long }) => change(long!.rows[0].step as MeasuredStep));
  assert.deepEqual(step((step) => step.dispatches++), ["long.rows[0].step.dispatches"]);
  assert.deepEqual(step(({ figures }) => figures.norm! += 1e-9), ["long.rows[0].step.figures.norm"]);
  assert.deepEqual(places(exampleKernels, ({ rows }) => Object.assign(rows[1], { flops: 2e9 + 1 })), ["rows[1].flops"]);
});

Deno.test("compareExact() says which points one of the two runs lacks, and takes none of them for a difference", () => {
  const repeated = exampleReport();
  const { engine, preset, minutes, batch, frames, forced_tokens } = repeated.rows[0];
  const point = { engine, preset, minutes, batch, frames, forced_tokens, micro_batch: null, predicted_seconds: 99 };
  repeated.rows[0] = missingRow(point, "over-budget", "too long");
  repeated.rows.splice(1, 1);
  const { differences, compared, notRepeated } = compareExact(exampleReport(), repeated);
  assert.deepEqual([differences, compared], [[], 12]);
  assert.match(notRepeated[0], /^rows\[0\] \(samba, base, 5 min, batch 1\): ok then, over-budget now$/);
  assert.match(notRepeated[1], /^rows\[1\] .*: the repeated run has no such point$/);
});

Deno.test("compareJournals() names the utterance in which something else was heard, of those that were repeated", () => {
  const { journal } = exampleEval();
  const stated = parseJournal(journal, "a");
  const utterances = exampleUtterances();
  Object.assign(utterances[3], { hypothesis: "one more", processing_seconds: 9 });
  const repeated = parseJournal(exampleJournal(exampleHeader(), utterances.slice(0, 5)), "b");
  const { differences, compared, notRepeated } = compareJournals(stated, repeated, "utterances.jsonl");
  assert.deepEqual(differences, [{
    where: `utterances.jsonl line 5 (${utterances[3].id}).hypothesis`,
    stated: '"one more more time"',
    recomputed: '"one more"',
  }]);
  assert.deepEqual([compared, notRepeated], [5, ["7 utterances"]]);
});
