import assert from "node:assert/strict";
import { readAnyReport } from "../../reports/read.ts";
import type { Step, TrainingReport } from "../../reports/training_schema.ts";
import { withDigest } from "../../reports/verify/report_digest.ts";
import { verifyFile } from "../../reports/verify_file.ts";
import { inFolder, quietProgress } from "../scaling/testdata/surroundings.ts";
import { benchmarkTraining } from "./run.ts";
import { fakeChild, fakeTrainingSurroundings, tinyTrainingOptions } from "./testing.ts";

function longStep({ long }: TrainingReport, engine: string, minutes: number): Step {
  const row = long?.rows.find((row) => row.engine === engine && row.minutes === minutes);
  assert.ok(row, `no row of ${engine} at ${minutes} min`);
  return row.step;
}

Deno.test("benchmarkTraining() writes a report of both parts that verify finds nothing in", () =>
  inFolder(async (folder) => {
    const progress = quietProgress();
    const outcome = await benchmarkTraining(tinyTrainingOptions(folder), fakeTrainingSurroundings({ progress }));
    assert.deepEqual([outcome.exitCode, outcome.problem], [0, null]);
    const report = await readAnyReport(folder);
    assert.equal(report.kind, "training");
    if (report.kind !== "training") return;
    assert.deepEqual(report, withDigest(outcome.report!));
    const { differences, markdown } = await verifyFile(folder);
    assert.deepEqual(differences, []);
    assert.ok(markdown !== null);

    const { throughput, long, environment } = report;
    assert.deepEqual(throughput?.rows.map(({ recompute }) => recompute), [false, true]);
    assert.notEqual(throughput!.rows[0].config_sha256, throughput!.rows[1].config_sha256);
    const step = throughput!.rows[0].step;
    assert.ok(step.status === "ok");
    assert.deepEqual(step.seconds.samples, [0, 1, 2].map((i) => 8e-4 * (1 + 0.01 * i)));
    assert.ok(Math.abs(step.audio_per_second - 0.8 * 3 / (3.03 * 8e-4)) < 1e-9);
    assert.equal(step.dispatches, 155);
    assert.deepEqual(step.figures, { ctc: 3, decoder: null, norm: 3, impossible: 0, skipped: 0 });
    assert.deepEqual([step.memory.outside_peak_bytes, step.memory.outside_source], [10_000_000, "maxRSS"]);
    assert.equal(throughput?.recomputation?.step_memory, 0.25);

    assert.deepEqual(long?.rows.map(({ engine, minutes, frames }) => [engine, minutes, frames]), [
      ["samba", 0.01, 15],
      ["samba", 0.02, 30],
      ["transformer-naive", 0.01, 15],
      ["transformer-naive", 0.02, 30],
    ]);
    const through = longStep(report, "samba", 0.02);
    assert.ok(through.status === "ok");
    assert.equal(through.memory.ledger_peak_bytes, 4000 + 120 * 100);
    assert.equal(through.dispatches, 150 + 18, "15 characters a second");
    assert.equal(through.figures.norm, 1, "one step a repeat");
    assert.equal(long?.rows[1].predicted_seconds !== null, true);
    const fit = long?.fits.find(({ engine, quantity }) => engine === "samba" && quantity === "step_memory");
    assert.ok(Math.abs(fit!.exponent - 1) < 1e-9);
    assert.deepEqual(Object.keys(long!.models), ["samba", "transformer-naive"]);
    assert.deepEqual(environment.wgsl_hashes, { fake: "d".repeat(64) });
    assert.deepEqual([environment.features, environment.seed], [["timestamp-query"], 7]);
    assert.equal(report.interrupted, false);
    assert.equal(progress.lines.length, 2 + 4);
    assert.match(progress.lines[1], /^throughput, recomputation on: 1\.01 ms a step, 7\d\d s of audio a second, peak /);
  }));

Deno.test("benchmarkTraining() makes rows of points that fail or do not fit", () =>
  inFolder(async (folder) => {
    const childScript = fakeChild({
      "samba-tiny 40": "limit",
      "samba-tiny on 40": "throw",
      "transformer-naive-nano on 60": "limit",
    });
    const { exitCode, report } = await benchmarkTraining(
      tinyTrainingOptions(folder),
      fakeTrainingSurroundings({ childScript }),
    );
    assert.equal(exitCode, 0);
    assert.deepEqual(report!.throughput!.rows.map(({ step: { status, reason } }) => [status, reason]), [
      ["over-limit", "a binding of 3 GiB: the adapter's limit is 2 GiB"],
      ["failed", "exit code 1: Error: something broke"],
    ]);
    assert.equal(report!.throughput!.recomputation, null);
    const [limit, beyond] = [0.01, 0.02].map((minutes) => longStep(report!, "transformer-naive", minutes));
    assert.deepEqual([limit.status, beyond.status], ["over-limit", "over-limit"]);
    assert.match(beyond.reason!, /^not tried: at 0\.01 min already, a binding of 3 GiB/);
  }));

Deno.test("benchmarkTraining() gives 2 and the reason when nothing could be measured", () =>
  inFolder(async (folder) => {
    const childScript = fakeChild({ "samba-nano on 60": "throw" });
    const { throughput: _, ...rest } = tinyTrainingOptions(folder);
    const long = { ...rest.long!, engines: ["samba"] as const, minutes: [0.01] };
    const { exitCode, problem, report } = await benchmarkTraining(
      { ...rest, throughput: null, long },
      fakeTrainingSurroundings({ childScript }),
    );
    assert.deepEqual([exitCode, problem], [
      2,
      "no point could be measured: exit code 1: Error: something broke",
    ]);
    assert.equal(report?.throughput, null);
  }));

Deno.test("benchmarkTraining() leaves out what a total budget does not hold", () =>
  inFolder(async (folder) => {
    const { exitCode, report } = await benchmarkTraining(
      tinyTrainingOptions(folder, { totalBudgetSeconds: 10 }),
      fakeTrainingSurroundings({ elapsed: () => 11 }),
    );
    assert.equal(exitCode, 2);
    const steps = [...report!.throughput!.rows, ...report!.long!.rows].map(({ step }) => step);
    assert.deepEqual(steps.map(({ status }) => status), Array(6).fill("over-budget"));
    assert.equal(steps[0].reason, "nothing is left of 10 s in all; give more with --total-budget");
  }));

Deno.test("benchmarkTraining() keeps what was measured when it is interrupted, on disk as well", () =>
  inFolder(async (folder) => {
    const controller = new AbortController();
    const lines: string[] = [];
    let onDisk: TrainingReport | null = null;
    const line = (text: string): void => {
      if (lines.push(text) < 3) return;
      onDisk = JSON.parse(Deno.readTextFileSync(`${folder}/report.json`));
      controller.abort();
    };
    const surroundings = fakeTrainingSurroundings({
      interrupt: controller.signal,
      progress: { status: () => {}, line },
    });
    const { exitCode, report } = await benchmarkTraining(tinyTrainingOptions(folder), surroundings);
    assert.equal(exitCode, 130);
    assert.deepEqual([report?.interrupted, report?.throughput?.rows.length, report?.long?.rows.length], [true, 2, 1]);
    assert.deepEqual(await readAnyReport(folder), withDigest(report!));
    assert.deepEqual(onDisk, withDigest(report!), "it is there before anything ends");

    const nothing = await benchmarkTraining(tinyTrainingOptions(folder), surroundings);
    assert.deepEqual([nothing.exitCode, nothing.report, nothing.paths], [130, null, []]);
  }));
