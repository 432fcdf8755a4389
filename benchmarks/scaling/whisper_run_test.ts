import assert from "node:assert/strict";
import { join } from "node:path";
import { encodeFlac } from "../../datasets/audio/flac_testing.ts";
import { readReport } from "../../reports/read.ts";
import { verifyReport } from "../../reports/verify.ts";
import { UsageError } from "../harness/errors.ts";
import { benchmark, type Outcome } from "./run.ts";
import { fakeChild, fakeSurroundings, inFolder, quietProgress, tinyOptions } from "./testdata/surroundings.ts";

const WHISPER = { engines: ["samba" as const, "whisper" as const] };

/** A data folder whose one utterance is a second long: of 2.1 s of audio stitched from it, it is all that is said. */
async function madeUpSpeech(folder: string): Promise<string> {
  const chapter = join(folder, "data/LibriSpeech/test/1/2");
  await Deno.mkdir(chapter, { recursive: true });
  const sound = Int32Array.from({ length: 16000 }, (_, i) => 1000 * Math.sin(i / 9));
  await Deno.writeFile(join(chapter, "1-2-0001.flac"), encodeFlac([sound], { sampleRate: 16000, bits: 16 }));
  await Deno.writeTextFile(join(chapter, "1-2.trans.txt"), "1-2-0001 GOOD MORNING HONORED WORLD\n");
  return join(folder, "data");
}

function statuses({ report }: Outcome): string[] {
  return report!.rows.map(({ engine, minutes, status }) => `${engine} ${minutes} ${status}`);
}

Deno.test("benchmark() measures whisper beside samba, without stages, ledger or adapter of its own", () =>
  inFolder(async (folder) => {
    const options = tinyOptions(folder, { ...WHISPER, weights: { whisper: join(folder, "whisper") } });
    const progress = quietProgress();
    let looks = 0;
    const sampler = () => Promise.resolve(1e9 + 1e6 * looks++);
    const outcome = await benchmark(options, fakeSurroundings({ progress, sampler }));
    assert.equal(outcome.exitCode, 0);
    assert.equal(progress.lines[0], "this takes a while");
    const report = await readReport(folder);
    assert.deepEqual(verifyReport(report, await Deno.readTextFile(join(folder, "report.md"))), []);
    const [samba, , whisper] = report.rows;
    assert.equal(samba.memory?.outside_source, "nvidia-smi delta");
    assert.equal(whisper.engine, "whisper");
    assert.deepEqual([whisper.stages, whisper.encoder_seconds], [[], null]);
    assert.deepEqual([whisper.forced_tokens, whisper.warmups], [0, 0]);
    assert.deepEqual(whisper.memory, {
      ledger_peak_bytes: null,
      ledger_peak_by_tag: {},
      reserved_peak_bytes: null,
      outside_peak_bytes: 10_000_000,
      outside_source: "maxRSS",
    });
    const { environment, fits, crossovers } = report;
    assert.equal(environment.adapter.device, "fake");
    assert.deepEqual(environment.weights, {
      whisper: { name: "trained", sha256: "a".repeat(64), settings: { dtype: "q8" } },
    });
    assert.deepEqual(Object.keys(environment.config_hashes), ["samba"]);
    assert.deepEqual(Object.keys(environment.parameters), ["samba"]);
    assert.deepEqual(fits.filter(({ engine }) => engine === "whisper").map(({ quantity }) => quantity), ["seconds"]);
    assert.deepEqual(crossovers.map(({ b, quantity }) => [b, quantity]), [["whisper", "seconds"]]);
    assert.ok(report.rows.every((row) => row.status === "ok" && row.transcript === undefined), "nothing was said");
  }));

Deno.test("benchmark() says how to get whisper's weights in a row for each point, and starts no process for them", () =>
  inFolder(async (folder) => {
    const childScript = fakeChild({ "whisper 0.01": "throw", "whisper 0.02": "throw" });
    const outcome = await benchmark(tinyOptions(folder, WHISPER), fakeSurroundings({ childScript }));
    assert.equal(outcome.exitCode, 0);
    assert.deepEqual(statuses(outcome), [
      "samba 0.01 ok",
      "samba 0.02 ok",
      "whisper 0.01 failed",
      "whisper 0.02 failed",
    ]);
    const reason = outcome.report!.rows[3].reason!;
    assert.match(reason, /^no weights; give --weights whisper=FOLDER \(.*or --weights whisper=REPO@COMMIT [^\n]+$/);
    assert.equal(outcome.report!.environment.weights, undefined);

    // Where they are found later, the run goes on.
    const again = await benchmark(
      tinyOptions(folder, { ...WHISPER, resume: true, foundWhisper: join(folder, "whisper") }),
      fakeSurroundings(),
    );
    assert.ok(again.report!.rows.every(({ status }) => status === "ok"));
  }));

Deno.test("benchmark() makes rows of weights that were found and are broken, or cannot be run here", () =>
  inFolder(async (folder) => {
    for (
      const [found, reason] of [["refuse", /are no weights; give others$/], ["unavailable", /^there is no network/]]
    ) {
      const options = tinyOptions(folder, { ...WHISPER, minutes: [0.01], foundWhisper: join(folder, found as string) });
      const outcome = await benchmark(options, fakeSurroundings());
      assert.deepEqual(statuses(outcome), ["samba 0.01 ok", "whisper 0.01 failed"]);
      assert.match(outcome.report!.rows[1].reason!, reason as RegExp);
    }
    const crash = tinyOptions(folder, { engines: ["samba"], minutes: [0.01], weights: { samba: "/crash" } });
    const { exitCode, problem } = await benchmark(crash, fakeSurroundings());
    assert.equal(exitCode, 2);
    assert.match(problem!, /^no point could be measured: \/crash: cannot be looked at: Error: it broke$/);
  }));

Deno.test("benchmark() refuses weights that were named and will not do before anything is measured", () =>
  inFolder(async (folder) => {
    const options = tinyOptions(folder, { ...WHISPER, weights: { samba: "/refuse" } });
    await assert.rejects(benchmark(options, fakeSurroundings()), (error) => {
      assert.ok(error instanceof UsageError);
      assert.equal(error.message, "--weights: /refuse: are no weights; give others");
      return true;
    });
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  }));

Deno.test("benchmark() resumes no points of other weights", () =>
  inFolder(async (folder) => {
    const options = tinyOptions(folder, { engines: ["samba"], minutes: [0.01], weights: { samba: "/some" } });
    await benchmark(options, fakeSurroundings());
    const before = await Deno.readTextFile(join(folder, "points.jsonl"));
    const refused = [[{}, "random weights"], [{ samba: "/further" }, "other weights of that name"]] as const;
    for (const [weights, what] of refused) {
      await assert.rejects(benchmark({ ...options, weights, resume: true }, fakeSurroundings()), (error) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, new RegExp(`has samba with trained, not ${what}; give it the same`));
        return true;
      });
    }
    assert.equal(await Deno.readTextFile(join(folder, "points.jsonl")), before);
    const same = await benchmark({ ...options, resume: true, minutes: [0.01, 0.02] }, fakeSurroundings());
    assert.deepEqual(statuses(same), ["samba 0.01 ok", "samba 0.02 ok"]);
  }));

Deno.test("benchmark() gives a word error rate where the audio has a text and the weights are trained", () =>
  inFolder(async (folder) => {
    const options = tinyOptions(folder, {
      engines: ["samba", "samba-causal", "whisper"],
      minutes: [0.035],
      dataRoot: await madeUpSpeech(folder),
      weights: { whisper: join(folder, "whisper"), "samba-causal": join(folder, "causal") },
    });
    const outcome = await benchmark(options, fakeSurroundings());
    assert.equal(outcome.exitCode, 0, outcome.problem ?? "");
    const report = await readReport(folder);
    const [samba, causal, whisper] = report.rows;
    assert.ok(samba.status === "ok" && causal.status === "ok" && whisper.status === "ok");
    assert.equal(samba.transcript, undefined, "random weights say nothing");
    assert.deepEqual(whisper.transcript, {
      protocol: "whisper-en-v1",
      reference: "GOOD MORNING HONORED WORLD",
      hypothesis: "Good morrow, honoured world!",
      words: 4,
      errors: { substitutions: 1, deletions: 0, insertions: 0 },
      wer: 0.25,
    });
    assert.deepEqual(causal.transcript, whisper.transcript);
    const markdown = await Deno.readTextFile(join(folder, "report.md"));
    assert.deepEqual(verifyReport(report, markdown), []);
    assert.match(markdown, /\| whisper \| 1 \| 0\.035 \|.*\| 25\.00 % \|/);

    // The texts are kept with the points, and outlive a resumption.
    const again = await benchmark({ ...options, resume: true }, fakeSurroundings({ childScript: "/nothing" }));
    assert.deepEqual(again.report!.rows, report.rows);
  }));

Deno.test("benchmark() measures whisper where no engine on the adapter runs, and says so", () =>
  inFolder(async (folder) => {
    const options = tinyOptions(folder, {
      engines: ["samba", "transformer-naive", "whisper"],
      weights: { whisper: join(folder, "whisper") },
    });
    const broken = ["samba 0.01", "samba 0.02", "transformer-naive 0.01", "transformer-naive 0.02"];
    const childScript = fakeChild(Object.fromEntries(broken.map((point) => [point, "crash"])));
    const outcome = await benchmark(options, fakeSurroundings({ childScript }));
    assert.equal(outcome.exitCode, 2);
    assert.match(
      outcome.problem!,
      /^no point could be measured on the adapter: samba and transformer-naive failed alike/,
    );
    assert.deepEqual(statuses(outcome).slice(4), ["whisper 0.01 ok", "whisper 0.02 ok"]);
  }));

Deno.test("benchmark() takes no failure of whisper for the adapter's", () =>
  inFolder(async (folder) => {
    const options = tinyOptions(folder, { ...WHISPER, weights: { whisper: join(folder, "whisper") } });
    const childScript = fakeChild({ "samba 0.01": "crash", "whisper 0.01": "crash", "whisper 0.02": "crash" });
    const outcome = await benchmark(options, fakeSurroundings({ childScript }));
    assert.deepEqual(statuses(outcome), [
      "samba 0.01 failed",
      "samba 0.02 ok",
      "whisper 0.01 failed",
      "whisper 0.02 failed",
    ]);
    assert.equal(outcome.exitCode, 0);
  }));
