import assert from "node:assert/strict";
import { exampleTraining } from "./example_training.ts";
import { trainingMarkdown } from "./training_markdown.ts";
import type { MeasuredStep, TrainingReport } from "./training_schema.ts";
import { verifyTraining } from "./training_verify.ts";

/** Where verification finds differences after `change`, which gets the report and a step of each part. */
function caught(change: (short: MeasuredStep, long: MeasuredStep, report: TrainingReport) => void): string[] {
  const report = exampleTraining();
  change(report.throughput!.rows[0].step as MeasuredStep, report.long!.rows[0].step as MeasuredStep, report);
  return verifyTraining(report, null).map(({ where }) => where);
}

const up = (value: number): number => value * (1 + 2 ** -51);

Deno.test("verifyTraining() finds nothing in an honest report, also after a passage through JSON", () => {
  const report = exampleTraining();
  const markdown = trainingMarkdown(report);
  assert.deepEqual(verifyTraining(report, markdown), []);
  assert.deepEqual(verifyTraining(JSON.parse(JSON.stringify(report)), markdown), []);
  assert.deepEqual(verifyTraining({ ...report, long: null }, null), []);
  assert.deepEqual(verifyTraining({ ...report, throughput: null }, null), []);
});

Deno.test("verifyTraining() catches derived figures by the last bit", () => {
  assert.deepEqual(caught((step) => step.seconds.median = up(step.seconds.median)), [
    "throughput.rows[0].step.seconds.median",
    "throughput.recomputation.seconds",
  ]);
  assert.deepEqual(caught((_, step) => step.gpu_seconds!.upper = up(step.gpu_seconds!.upper)), [
    "long.rows[0].step.gpu_seconds.upper",
  ]);
  assert.deepEqual(caught((step) => step.stages[1].seconds.lower = up(step.stages[1].seconds.lower)), [
    "throughput.rows[0].step.stages[1].seconds.lower",
  ]);
  assert.deepEqual(caught((_, step) => step.audio_per_second = up(step.audio_per_second)), [
    "long.rows[0].step.audio_per_second",
  ]);
  const ratio = caught((_short, _long, { throughput }) => throughput!.recomputation!.step_memory *= 1.1);
  assert.deepEqual(ratio, ["throughput.recomputation.step_memory"]);
  assert.deepEqual(caught((_short, _long, { long }) => long!.fits[3].exponent += 1e-6), ["long.fits[3].exponent"]);
});

Deno.test("verifyTraining() catches changed samples, audio and memory in what follows from them", () => {
  const sample = caught((_, step) => step.seconds.samples[0] *= 0.5);
  for (const place of ["long.rows[0].step.audio_per_second", "long.fits[0].exponent"]) {
    assert.ok(sample.includes(place), `${place} is not among ${sample.join(", ")}`);
  }
  const faster = caught((_short, _long, { throughput }) => throughput!.batch = 8);
  assert.deepEqual(faster, ["throughput.rows[0].step.audio_per_second", "throughput.rows[1].step.audio_per_second"]);
  assert.ok(
    caught((_, step) => step.memory.ledger_peak_bytes! += 1).includes("long.rows[0].step.memory.ledger_peak_bytes"),
  );
  assert.ok(caught((step) => step.gpu_seconds = null).includes("throughput.rows[0].step.gpu_seconds"));
});

Deno.test("verifyTraining() shows the first line in which report.md differs", () => {
  const report = exampleTraining();
  const [difference, ...others] = verifyTraining(
    report,
    trainingMarkdown(report).replace("| samba | 5 |", "| samba | 6 |"),
  );
  assert.deepEqual(others, []);
  assert.match(difference.where, /^report\.md line \d+$/);
  assert.match(difference.recomputed, /^\| samba \| 5 \|/);
});
