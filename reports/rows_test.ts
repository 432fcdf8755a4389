import assert from "node:assert/strict";
import { exampleReport } from "./example_report.ts";
import { encoderSamples, measuredRow, missingRow, realTimeFactor, type StageSamples, summarise } from "./rows.ts";
import type { MeasuredRow } from "./schema.ts";

const { rows } = exampleReport();
const example = rows.find((row) => row.status === "ok")!;

Deno.test("summarise() keeps every sample, flags outliers and repeats itself bit for bit", () => {
  const samples = [1, 1.1, 0.9, 1.05, 9, 1.02, 0.97];
  const summary = summarise(samples);
  assert.deepEqual(summary.samples, samples);
  assert.deepEqual(summary.outliers, [4]);
  assert.equal(summary.median, 1.02);
  assert.ok(summary.lower >= 0.9 && summary.lower <= 1.02 && summary.upper >= 1.02);
  assert.deepEqual(summarise(samples), summary);
});

Deno.test("realTimeFactor() divides all audio by all processing", () => {
  // Two repeats of 4 recordings of 5 minutes: 2400 s of audio in 4 s.
  assert.equal(realTimeFactor([1, 3], 5, 4), 600);
});

Deno.test("encoderSamples() adds log-mel, encoder and CTC head repeat by repeat, by the GPU's clock alone", () => {
  const stage = (name: string, samples: number[], clock: "gpu" | "host" = "gpu"): StageSamples => ({
    name,
    clock,
    samples,
  });
  const all = [
    stage("decoder_prefill", [64, 64]),
    stage("encoder", [2, 20]),
    stage("log_mel", [1, 10]),
    stage("ctc", [4, 40]),
  ];
  assert.deepEqual(encoderSamples(all), [7, 70]);
  assert.equal(encoderSamples([]), null);
  for (const name of ["encoder", "log_mel", "ctc"]) {
    assert.equal(encoderSamples(all.filter((one) => one.name !== name)), null);
    assert.equal(encoderSamples(all.map((one) => one.name === name ? { ...one, clock: "host" } : one)), null);
  }
  assert.equal(encoderSamples(all.map((one) => ({ ...one, samples: [0, 1] }))), null);
});

Deno.test("measuredRow() summarises the encoder's sums, and has none without timestamps", () => {
  const stages = example.stages.map(({ name, clock, seconds }) => ({ name, clock, samples: seconds.samples }));
  const row = (kept: StageSamples[]): MeasuredRow =>
    measuredRow(example, 1, example.seconds.samples, kept, example.memory, example.tokens_sha256);
  assert.deepEqual(row(stages).encoder_seconds, summarise(encoderSamples(stages)!));
  assert.equal(row(stages.slice(1)).encoder_seconds, null);
});

Deno.test("measuredRow() marks fewer than ten repeats", () => {
  const repeats = (n: number): boolean =>
    measuredRow(example, 1, new Array<number>(n).fill(1), [], example.memory, example.tokens_sha256).repeats_short;
  assert.deepEqual([repeats(9), repeats(10)], [true, false]);
});

Deno.test("missingRow() keeps point and reason and has no figures", () => {
  const { engine, preset, minutes, batch, frames, forced_tokens } = example;
  const point = { engine, preset, minutes, batch, frames, forced_tokens, micro_batch: null, predicted_seconds: 9 };
  const row = missingRow(point, "over-limit", "needs 4 GiB, the limit is 2 GiB");
  assert.deepEqual([row.status, row.minutes, row.predicted_seconds, row.seconds, row.memory], [
    "over-limit",
    minutes,
    9,
    null,
    null,
  ]);
});
