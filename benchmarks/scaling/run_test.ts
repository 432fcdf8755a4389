import assert from "node:assert/strict";
import { join } from "node:path";
import { readReport } from "../../reports/read.ts";
import type { Row } from "../../reports/schema.ts";
import { UsageError } from "../harness/errors.ts";
import { benchmark } from "./run.ts";
import { fakeChild, fakeSurroundings, inFolder, quietProgress, tinyOptions } from "./testdata/surroundings.ts";

function point(rows: readonly Row[], engine: string, minutes: number): Row {
  const row = rows.find((row) => row.engine === engine && row.minutes === minutes);
  assert.ok(row, `no row of ${engine} at ${minutes} min`);
  return row;
}

Deno.test("benchmark() writes a valid report with all samples when every point is measured", () =>
  inFolder(async (folder) => {
    const progress = quietProgress();
    const outcome = await benchmark(tinyOptions(folder), fakeSurroundings({ progress }));
    assert.equal(outcome.exitCode, 0);
    assert.equal(outcome.problem, null);
    const report = await readReport(folder);
    assert.deepEqual(report.rows.map(({ engine, minutes }) => [engine, minutes]), [
      ["samba", 0.01],
      ["samba", 0.02],
      ["transformer-naive", 0.01],
      ["transformer-naive", 0.02],
    ]);
    const row = point(report.rows, "samba", 0.02);
    assert.equal(row.status, "ok");
    assert.deepEqual(row.seconds?.samples, [0.02, 0.0202, 0.0204]);
    assert.equal(row.warmups, 1);
    assert.equal(row.frames, 30);
    assert.deepEqual(row.stages?.map(({ name, clock }) => [name, clock]), [
      ["log_mel", "gpu"],
      ["encoder", "gpu"],
      ["ctc", "gpu"],
      ["decoder_per_token", "gpu"],
    ]);
    assert.equal(row.memory?.ledger_peak_bytes, 1000 + 4 * 19200);
    assert.equal(row.memory?.outside_peak_bytes, 10_000_000);
    assert.equal(row.memory?.outside_source, "maxRSS");
    assert.equal(row.tokens_sha256, "e".repeat(64));
    assert.ok(Math.abs(row.encoder_seconds!.median - 0.91 * 0.02) < 1e-12);
    assert.equal(report.interrupted, false);
    // One length gives an assumed exponent: 1 for samba, 2 for naive attention.
    assert.ok(Math.abs(row.predicted_seconds! - 0.0202) < 1e-6);
    assert.ok(Math.abs(point(report.rows, "transformer-naive", 0.02).predicted_seconds! - 4.04e-4) < 1e-8);
    assert.equal(report.environment.dataset.source, "generated");
    assert.deepEqual(Object.keys(report.environment.dataset.manifest_sha256).sort(), ["0.01", "0.02"]);
    assert.deepEqual(report.environment.wgsl_hashes, { fake: "d".repeat(64) });
    assert.deepEqual(report.environment.features, ["timestamp-query"]);
    assert.equal(progress.lines.length, 4);
    const left = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assert.ok(left.includes("manifest-0.01.json") && left.includes("points.jsonl"));
    assert.ok(!left.includes("audio"), "the audio is removed");
  }));

Deno.test("benchmark() makes rows of points that die, hang or do not fit, and ends well", () =>
  inFolder(async (folder) => {
    const options = tinyOptions(folder, {
      minutes: [0.01, 0.02, 0.03, 0.04, 0.05],
      engines: ["samba"],
      repeats: 10,
    });
    const childScript = fakeChild({
      "samba 0.01": "short",
      "samba 0.02": "die",
      "samba 0.03": "bad_alloc",
      "samba 0.04": "throw",
      "samba 0.05": "limit",
    });
    const { exitCode, report } = await benchmark(options, fakeSurroundings({ childScript }));
    assert.equal(exitCode, 0);
    const rows = report!.rows;
    assert.deepEqual(rows.map(({ status }) => status), [
      "ok",
      "failed",
      "out-of-memory",
      "failed",
      "over-limit",
    ]);
    assert.equal(rows[0].repeats_short, true);
    assert.equal(rows[0].seconds?.samples.length, 2);
    assert.equal(rows[1].reason, "killed by SIGKILL, as the system does when memory runs out");
    assert.equal(rows[2].reason, "exit code 134: memory allocation of 123456789 bytes failed");
    assert.match(rows[3].reason!, /^exit code 1: Error: something broke$/);
    assert.equal(rows[4].reason, "a binding of 3 GiB: the adapter's limit is 2 GiB shorten it");

    // More memory may be free another time; what the process itself said holds.
    const again = quietProgress();
    await benchmark({ ...options, resume: true }, fakeSurroundings({ progress: again }));
    assert.deepEqual(again.lines.map((line) => line.split(":")[0]), ["4/5 samba 0.02 min", "5/5 samba 0.04 min"]);
  }));

Deno.test("benchmark() does not try lengths beyond one that is over a limit", () =>
  inFolder(async (folder) => {
    const options = tinyOptions(folder, { minutes: [0.01, 0.02, 0.03] });
    const childScript = fakeChild({ "transformer-naive 0.01": "limit", "transformer-naive 0.03": "throw" });
    const progress = quietProgress();
    const { exitCode, report } = await benchmark(options, fakeSurroundings({ childScript, progress }));
    assert.equal(exitCode, 0);
    assert.deepEqual(progress.lines.slice(-2), [
      "5/6 transformer-naive 0.02 min: over-limit, as at 0.01 min",
      "6/6 transformer-naive 0.03 min: over-limit, as at 0.01 min",
    ]);
    const rows = report!.rows.filter(({ engine }) => engine === "transformer-naive");
    assert.deepEqual(rows.map(({ status }) => status), Array(3).fill("over-limit"));
    const reason = "a binding of 3 GiB: the adapter's limit is 2 GiB shorten it";
    assert.deepEqual(rows.map((row) => row.reason), [
      reason,
      `not tried: at 0.01 min already, ${reason}`,
      `not tried: at 0.01 min already, ${reason}`,
    ]);
  }));

Deno.test("benchmark() gives 2 and the reason when no point could be measured", () =>
  inFolder(async (folder) => {
    const options = tinyOptions(folder, { minutes: [0.01], engines: ["samba"] });
    const childScript = fakeChild({ "samba 0.01": "throw" });
    const { exitCode, problem } = await benchmark(options, fakeSurroundings({ childScript }));
    assert.equal(exitCode, 2);
    assert.match(problem!, /^no point could be measured: .*something broke/);
  }));

Deno.test("benchmark() stops and gives 2 when the first points of two engines fail alike", () =>
  inFolder(async (folder) => {
    const points = ["samba", "transformer-naive", "transformer-flash"].flatMap((engine) =>
      [0.01, 0.02, 0.03].map((minutes) => `${engine} ${minutes}`)
    );
    const options = tinyOptions(folder, {
      minutes: [0.01, 0.02, 0.03],
      engines: ["samba", "transformer-naive", "transformer-flash"],
    });
    const progress = quietProgress();
    const childScript = fakeChild(Object.fromEntries(points.map((point) => [point, "crash"])));
    const outcome = await benchmark(options, fakeSurroundings({ childScript, progress }));
    assert.equal(outcome.exitCode, 2);
    assert.equal(
      outcome.problem,
      "no point could be measured: samba and transformer-naive failed alike, the device was lost; " +
        "`deno task doctor` looks at the adapter",
    );
    const { rows } = outcome.report!;
    assert.equal(rows.length, 9);
    const tried = rows.filter((row) => row.reason === "the device was lost");
    assert.deepEqual(tried.map(({ engine, minutes }) => `${engine} ${minutes}`), [
      "samba 0.01",
      "transformer-naive 0.01",
    ]);
    const untried = "not tried: samba and transformer-naive failed alike, the device was lost";
    assert.equal(rows.filter((row) => row.status === "failed" && row.reason === untried).length, 7);

    // Another day the adapter works, and everything has its turn.
    const again = await benchmark({ ...options, resume: true }, fakeSurroundings());
    assert.equal(again.exitCode, 0);
    assert.ok(again.report!.rows.every(({ status }) => status === "ok"));
  }));

Deno.test("benchmark() goes on when one engine alone fails", () =>
  inFolder(async (folder) => {
    const one = fakeChild({ "samba 0.01": "crash", "samba 0.02": "crash", "samba 0.03": "throw" });
    const mixed = await benchmark(
      tinyOptions(folder, { minutes: [0.01, 0.02, 0.03] }),
      fakeSurroundings({ childScript: one }),
    );
    assert.equal(mixed.exitCode, 0);
    assert.deepEqual(mixed.report!.rows.map(({ status }) => status), [
      ...Array(3).fill("failed"),
      ...Array(3).fill("ok"),
    ]);
    assert.equal(mixed.report!.rows[1].reason, "the device was lost");
  }));

Deno.test("benchmark() leaves out what is predicted to exceed a point's budget", () =>
  inFolder(async (folder) => {
    // Made-up times are the square of minutes, in seconds.
    const options = tinyOptions(folder, {
      engines: ["transformer-naive"],
      minutes: [0.01, 0.02, 5],
      warmups: 0,
      budgetSeconds: 20,
    });
    const { report } = await benchmark(options, fakeSurroundings());
    const row = point(report!.rows, "transformer-naive", 5);
    assert.equal(row.status, "over-budget");
    assert.ok(Math.abs(row.predicted_seconds! - 25.25) < 0.01, `${row.predicted_seconds}`);
    assert.equal(row.frames, 7500);
    // What a child takes to start comes on top, which is minutes where the machine has much else to do.
    assert.match(row.reason!, /^\d+ (s|min) expected, 20 s allowed; give more with --budget$/);
  }));

Deno.test("benchmark() writes what was measured when interrupted, and goes on with --resume", () =>
  inFolder(async (folder) => {
    const controller = new AbortController();
    const progress = {
      lines: [] as string[],
      status: (text: string) => {
        if (text.startsWith("samba 0.02 min: warming up")) controller.abort();
      },
      line: () => {},
    };
    const childScript = fakeChild({ "samba 0.02": "hang" });
    const interrupt = controller.signal;
    const first = await benchmark(tinyOptions(folder), fakeSurroundings({ progress, childScript, interrupt }));
    assert.equal(first.exitCode, 130);
    assert.match(first.problem!, /^interrupted: .*--resume/);
    assert.deepEqual(first.report!.rows.map(({ engine, minutes }) => `${engine} ${minutes}`), ["samba 0.01"]);
    assert.equal((await readReport(folder)).rows.length, 1);
    assert.equal(first.report!.interrupted, true);

    // A torn line, as a power cut leaves it, is measured again.
    await Deno.writeTextFile(join(folder, "points.jsonl"), '{"row": {"engi', { append: true });
    const again = quietProgress();
    const options = tinyOptions(folder, { resume: true });
    const second = await benchmark(
      options,
      fakeSurroundings({ progress: again, startedAt: "2026-02-02T02:02:02.000Z" }),
    );
    assert.equal(second.exitCode, 0);
    assert.equal(second.report!.rows.length, 4);
    assert.equal(second.report!.interrupted, false);
    assert.equal(second.report!.environment.started_at, "2026-01-02T03:04:05.000Z");
    assert.deepEqual(again.lines.map((line) => line.split(":")[0]), [
      "2/4 samba 0.02 min",
      "3/4 transformer-naive 0.01 min",
      "4/4 transformer-naive 0.02 min",
    ]);
    assert.deepEqual(point(second.report!.rows, "samba", 0.01), first.report!.rows[0]);
  }));

Deno.test("benchmark() refuses to resume another run, and leaves it as it is", () =>
  inFolder(async (folder) => {
    const tiny = { minutes: [0.01], engines: ["samba" as const] };
    await benchmark(tinyOptions(folder, tiny), fakeSurroundings());
    const before = await Deno.readTextFile(join(folder, "points.jsonl"));
    const resumed = tinyOptions(folder, { ...tiny, resume: true });
    const { adapter } = fakeSurroundings();
    const refused = [
      [{ ...resumed, preset: "small" as const }, fakeSurroundings(), /preset nano, not small/],
      [{ ...resumed, seed: 8 }, fakeSurroundings(), /seed 7, not 8/],
      [{ ...resumed, gpu: "dawn" as const }, fakeSurroundings(), /WebGPU by deno, not dawn/],
      [{ ...resumed, dataRoot: folder }, fakeSurroundings(), /data from the generator, not /],
      [
        resumed,
        fakeSurroundings({ adapter: { ...adapter, device: "another" } }),
        /adapter none fake .*, not none another/,
      ],
    ] as const;
    for (const [options, surroundings, message] of refused) {
      await assert.rejects(benchmark(options, surroundings), (error) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, message);
        assert.ok(!error.message.includes("\n"));
        return true;
      });
    }
    assert.equal(await Deno.readTextFile(join(folder, "points.jsonl")), before);
  }));

Deno.test("benchmark() refuses a data folder without speech and keeps the run that is there", () =>
  inFolder(async (folder) => {
    const tiny = { minutes: [0.01], engines: ["samba" as const] };
    await benchmark(tinyOptions(folder, tiny), fakeSurroundings());
    const before = await Deno.readTextFile(join(folder, "points.jsonl"));
    await Deno.mkdir(join(folder, "empty"));
    for (const dataRoot of [join(folder, "empty"), join(folder, "missing"), join(folder, "points.jsonl")]) {
      const options = tinyOptions(folder, { ...tiny, dataRoot });
      await assert.rejects(benchmark(options, fakeSurroundings()), (error) => {
        assert.ok(error instanceof UsageError);
        assert.ok(error.message.startsWith("--data-root") && error.message.includes(dataRoot), error.message);
        assert.ok(!error.message.includes("\n"), error.message);
        return true;
      });
    }
    assert.equal(await Deno.readTextFile(join(folder, "points.jsonl")), before);
  }));
