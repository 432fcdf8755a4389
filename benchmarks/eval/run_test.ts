import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { verifyFile } from "../../reports/verify_file.ts";
import type { EvalReport } from "../../reports/eval_schema.ts";
import { UsageError } from "../harness/errors.ts";
import { denoCommand } from "../harness/spawn.ts";
import { readJournal } from "./journal.ts";
import { merge } from "./merge.ts";
import { begin, finish, type Outcome } from "./run.ts";
import { testCorpus, testEngine, testOptions, testSurroundings } from "./testing.ts";

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "samba-eval-" });
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

interface Setting {
  readonly engine?: ReturnType<typeof testEngine>;
  readonly count?: number;
  readonly broken?: number[];
  readonly interrupt?: AbortSignal;
}

async function evaluated(out: string, more: string[] = [], setting: Setting = {}): Promise<Outcome> {
  const { engine = testEngine(), count = 60, broken = [17], interrupt } = setting;
  await Deno.mkdir(out, { recursive: true });
  const options = testOptions(out, ...more);
  const corpus = testCorpus(count, broken);
  return await finish(options, corpus, engine, await begin(options, corpus, engine), testSurroundings(interrupt));
}

/** What must not depend on how a report came about. */
function substance({ scores, errors, bad, dataset, utterances }: EvalReport) {
  return { scores, errors, bad, dataset, count: utterances.count };
}

Deno.test("finish() writes a journal in order and a report that verifies", () =>
  inFolder(async (out) => {
    const { exitCode, report, problem } = await evaluated(out, [], { engine: testEngine({ maxBatch: 4 }) });
    assert.deepEqual([exitCode, problem], [0, null]);
    assert.equal(report?.dataset.evaluated, 60);
    assert.deepEqual(report.bad.map(({ status }) => status), ["bad-audio"]);
    const { utterances } = (await readJournal(out))!;
    assert.deepEqual(utterances.map(({ index }) => index), Array.from({ length: 60 }, (_, i) => i));
    assert.deepEqual((await verifyFile(out)).differences, []);
    // Every third utterance lacks a word, and all words of 17 are deleted: 3 + 17 % 5 of them.
    assert.deepEqual(report.scores.map(({ deletions }) => deletions), [20 + 5, 20 + 5]);
  }));

Deno.test("finish() leaves bad utterances out of the score with --skip-bad", () =>
  inFolder(async (out) => {
    const { report } = await evaluated(out, ["--skip-bad"]);
    assert.equal(report?.scores[0].deletions, 20);
    assert.equal(report.scores[0].utterances, 59);
  }));

Deno.test("begin() refuses a folder that holds an evaluation, unless told to go on or to begin anew", () =>
  inFolder(async (out) => {
    await evaluated(out);
    await assert.rejects(evaluated(out), /holds an evaluation of 60 utterances; go on with it by --resume/);
    const again = testEngine();
    assert.equal((await evaluated(out, ["--resume"], { engine: again })).exitCode, 0);
    assert.deepEqual(again.calls, [], "all was done");
    const anew = testEngine();
    await evaluated(out, ["--overwrite"], { engine: anew });
    assert.equal(anew.calls.length, 59);
  }));

Deno.test("begin() refuses to go on with other weights, settings, data or choice of utterances, and names the difference", () =>
  inFolder(async (out) => {
    await evaluated(out);
    const refused = async (pattern: RegExp, more: string[], setting: Setting = {}) => {
      await assert.rejects(evaluated(out, ["--resume", ...more], setting), (error: Error) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, pattern);
        return true;
      });
    };
    await refused(/has engine settings beam none, not 4/, [], { engine: testEngine({ settings: { beam: 4 } }) });
    await refused(/has dataset sha256 [0-9a-f]{64}, not [0-9a-f]{64}/, [], { count: 59 });
    await refused(/has limit none, not 10/, ["--limit", "10"]);
    await refused(/has shard index none, not 1/, ["--shard", "1/2"]);
    await refused(/has skip_bad false, not true/, ["--skip-bad"]);
    assert.equal((await readJournal(out))?.utterances.length, 60, "nothing was lost");
  }));

Deno.test("finish() reports what is done when interrupted or when the engine is gone, and goes on from there", () =>
  inFolder(async (out) => {
    const controller = new AbortController();
    const engine = testEngine();
    const transcribe = engine.transcribe;
    const interrupting = {
      ...engine,
      transcribe(recordings: readonly Float32Array[]) {
        if (engine.calls.length === 9) controller.abort();
        return transcribe(recordings);
      },
    };
    const stopped = await evaluated(out, [], { engine: interrupting, interrupt: controller.signal });
    assert.equal(stopped.exitCode, 130);
    assert.match(stopped.problem!, /^interrupted: 10 of 60 utterances are done and kept; go on with --resume$/);
    assert.equal(stopped.report?.interrupted, true);
    assert.deepEqual((await verifyFile(out)).differences, []);
    const gone = await evaluated(out, ["--resume"], { engine: testEngine({ hopeless: 40 }) });
    assert.equal(gone.exitCode, 2);
    assert.match(gone.problem!, /^the engine is gone; 40 of 60 utterances are done/);
    const done = await evaluated(out, ["--resume"]);
    assert.equal(done.exitCode, 0);
    const whole = await evaluated(join(out, "whole"));
    assert.deepEqual(substance(done.report!), substance(whole.report!));
  }));

Deno.test("merge() of shards, in any order, gives the report of one run", () =>
  inFolder(async (out) => {
    const whole = await evaluated(join(out, "whole"));
    const shards = [1, 2, 3, 4, 5, 6, 7].map((i) => join(out, `shard-${i}`));
    for (const [i, folder] of shards.entries()) await evaluated(folder, ["--shard", `${i + 1}/7`]);
    await Deno.mkdir(join(out, "merged"));
    const { report } = await merge(shards.toReversed(), join(out, "merged"));
    assert.deepEqual(substance(report), substance(whole.report!));
    assert.equal(report.merged_from, 7);
    assert.deepEqual((await verifyFile(join(out, "merged"))).differences, []);
    const refused = (folders: string[], pattern: RegExp) => assert.rejects(merge(folders, join(out, "x")), pattern);
    await refused(shards.slice(1), /shard 1 of 7 is missing/);
    await refused([...shards, shards[0]], /is shard 1\/7, and so is/);
    await refused([join(out, "whole")], /is no shard/);
    await refused([join(out, "nothing")], /holds no utterances.jsonl/);
    await evaluated(join(out, "other"), ["--shard", "1/7"], { engine: testEngine({ settings: { beam: 2 } }) });
    await refused([join(out, "other"), ...shards.slice(1)], /has engine settings beam none, but .* has 2/);
  }));

/** Kills of the test below; the hundred of a release are run by `KILLS=100 deno test -A benchmarks/eval/run_test.ts`. */
const KILLS = (await Deno.permissions.query({ name: "env", variable: "KILLS" })).state === "granted"
  ? Number(Deno.env.get("KILLS") ?? 15)
  : 15;

Deno.test(`finish() killed ${KILLS} times at random moments, gone on with each time, gives the report of one run`, () =>
  inFolder(async (out) => {
    const script = fileURLToPath(new URL("./testdata/evaluate.ts", import.meta.url));
    const flags = ["run", "--quiet", "--no-prompt", "--allow-read", `--allow-write=${out}`];
    const folder = join(out, "killed");
    await Deno.mkdir(folder);
    const spawned = () =>
      new Deno.Command(denoCommand(), {
        args: [...flags, script, folder, "--resume"],
        stdout: "null",
        stderr: "null",
      }).spawn();
    const started = performance.now();
    assert.equal((await spawned().status).success, true); // the program is compiled, and its time known
    const most = performance.now() - started;
    let [killed, kept] = [0, 0];
    await Deno.remove(join(folder, "utterances.jsonl"));
    while (killed < KILLS) {
      const child = spawned();
      const timer = setTimeout(() => killIfAlive(child), most * (0.3 + 0.7 * Math.random()));
      const { success } = await child.status;
      clearTimeout(timer);
      const count = (await readJournal(folder))?.utterances.length ?? 0;
      assert.ok(count >= kept, `${kept} utterances were there, now ${count}`);
      kept = count;
      // Done before its time: begin again.
      if (success) await Deno.remove(join(folder, "utterances.jsonl")).then(() => kept = 0);
      else killed++;
    }
    assert.equal((await spawned().status).success, true);
    await evaluated(join(out, "whole"), [], { engine: testEngine({ failing: [23] }) });
    const [resumed, whole] = await Promise.all(
      [folder, join(out, "whole")].map(async (path) => JSON.parse(await Deno.readTextFile(join(path, "report.json")))),
    );
    assert.deepEqual(substance(resumed), substance(whole));
    assert.deepEqual((await verifyFile(folder)).differences, []);
  }));

/** A child may have ended by itself before its status is known here. */
function killIfAlive(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}
