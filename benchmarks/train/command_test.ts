import assert from "node:assert/strict";
import { join } from "node:path";
import { createModel } from "../../model/model.ts";
import { openGpu } from "../../kernels/gpu/mod.ts";
import { modelConfigOf } from "../../training/model_config.ts";
import { checkpointPath, loadCheckpoint } from "../../training/checkpoint.ts";
import { readModel, saveModel } from "../../model/weights.ts";
import { smallConfig } from "../../training/testing.ts";
import { run, trainAsAsked } from "./command.ts";
import { outcomeOf } from "./kills.ts";
import { readLog } from "./log.ts";
import type { TrainOptions } from "./options.ts";
import { inFolder, keptProgress, refusal, smallOptions, wav } from "./testing.ts";

/** Trains, and gives the exit code with what was said; interrupts once a status or line fits `until`. */
async function trained(
  options: TrainOptions,
  until?: RegExp,
  ...free: [free: () => Promise<number>] | []
): Promise<{ code: number; lines: readonly string[] }> {
  const controller = new AbortController();
  const progress = keptProgress();
  const watched = (text: string) => until?.test(text) && controller.abort();
  const code = await trainAsAsked(
    options,
    "deno task train test",
    {
      line: (text) => (progress.line(text), watched(text)),
      status: (text) => (progress.status(text), watched(text)),
    },
    controller.signal,
    ...free,
  );
  return { code, lines: progress.lines };
}

async function stepOf(folder: string, name: "last" | "best" = "last"): Promise<number> {
  return ((await loadCheckpoint(checkpointPath(folder, name))).state as { step: number }).step;
}

Deno.test("train writes checkpoints, model, log and curves; interrupted or without room it goes on to the same end", () =>
  inFolder(async (folder) => {
    const [whole, parts] = [join(folder, "whole"), join(folder, "parts")];
    const { code, lines } = await trained(smallOptions(whole));
    assert.equal(code, 0);
    const needed = Number(/^samba-tiny: \d+ weights, 6 steps that need up to (\S+) MiB on /.exec(lines[0])?.[1]);
    const little = () => Promise.resolve(0.8 * needed * 2 ** 20);
    const refused =
      /^batch\.seconds 40: a step needs about .*; batch\.seconds \d+ would fit: --set batch\.seconds=\d+$/;
    await assert.rejects(trained(smallOptions(parts), undefined, little), refusal(refused));
    assert.deepEqual(await Array.fromAsync(Deno.readDir(parts)), [], "before anything is begun");
    assert.match(lines.at(-1)!, /model\.safetensors holds the best weights$/);
    const names = (await Array.fromAsync(Deno.readDir(whole))).map(({ name }) => name).sort();
    const files = ["best.safetensors", "curves.svg", "last.safetensors", "model.safetensors", "train.jsonl"];
    assert.deepEqual(names, files);
    const expected = await outcomeOf(whole);
    assert.deepEqual(expected.end, [{ reason: "done", step: 6 }]);
    const { metadata } = await readModel(join(whole, "model.safetensors"));
    assert.equal(metadata.command, "deno task train test");
    assert.deepEqual(JSON.parse(metadata.training_config), smallOptions(whole).config);

    // In the middle of an epoch, and while the last evaluation is at work.
    const first = await trained(smallOptions(parts), /^step 3\//);
    assert.equal(first.code, 130);
    assert.match(first.lines.at(-2)!, /^interrupted at step 3; go on with --resume$/);
    assert.equal(await stepOf(parts), 3);
    const resumed = smallOptions(parts, [], { resume: true });
    const inTheWay = `${checkpointPath(parts, "last")}.tmp`; // as a full disk is
    await Deno.mkdir(join(inTheWay, "x"), { recursive: true });
    const line = /last\.safetensors: the checkpoint cannot be written \(.*\); the one before is intact: make room/;
    await assert.rejects(trained(resumed), refusal(line));
    assert.equal(await stepOf(parts), 3);
    await Deno.remove(inTheWay, { recursive: true });
    assert.equal((await trained(resumed, /^step 6\//)).code, 130);
    assert.equal((await trained(resumed)).code, 0);
    assert.deepEqual(await outcomeOf(parts), expected);
    assert.equal((await trained(resumed)).code, 0, "what is done may be gone on with, and stays");
    assert.deepEqual(await outcomeOf(parts), expected);
  }));

Deno.test("train refuses to mix runs in a folder, and to go on with anything but what was begun", () =>
  inFolder(async (folder) => {
    const short = ["schedule.steps=1"];
    await trained(smallOptions(folder, short));
    const before = await outcomeOf(folder);
    const refused = (options: TrainOptions, pattern: RegExp) =>
      assert.rejects(trained(options), refusal(pattern), `${pattern}`);
    await refused(smallOptions(folder, short), /holds a run; go on with it by --resume, begin anew by --overwrite/);
    const resume = { resume: true };
    const other = /^--resume: the run in .* has config\.optimizer\.clip 1, not 2; give it the same, or another --out$/;
    await refused(smallOptions(folder, [...short, "optimizer.clip=2"], resume), other);
    await refused(smallOptions(folder, [...short, "data.dev=[]"], resume), /has config\.data\.dev/);
    const gone = join(folder, "none.safetensors");
    await refused(smallOptions(folder, short, { ...resume, init: gone }), /^--init .*none\.safetensors: no such file$/);
    assert.deepEqual(await outcomeOf(folder), before);

    // Without its log, the checkpoint still knows what it is of.
    await Deno.remove(join(folder, "train.jsonl"));
    await refused(smallOptions(folder, short), /holds a run/);
    await refused(smallOptions(folder, [...short, "seed=3"], resume), /last\.safetensors is of another config/);
    const init = join(folder, "model.safetensors"); // what is overwritten may be what is begun with
    await trained(smallOptions(folder, [...short, "seed=3"], { overwrite: true, init }));
    assert.notDeepEqual(await outcomeOf(folder), before);
    await Deno.remove(checkpointPath(folder, "last"));
    await refused(smallOptions(folder, [...short, "seed=3"], resume), /no such checkpoint; nothing can go on/);
  }));

Deno.test("train ends with exit code 2 after too many skipped steps, and keeps the last good checkpoint", () =>
  inFolder(async (folder) => {
    const wild = ["optimizer.learningRate=1e30", "limits.skippedSteps=2", "optimizer.clip=1e30"];
    const { code, lines } = await trained(smallOptions(folder, wild));
    assert.equal(code, 2);
    assert.ok(lines.some((line) => /^step 2 skipped: its loss or gradient is not finite/.test(line)), lines.join("\n"));
    assert.ok(lines.some((line) => /^3 steps had a loss .* more than limits\.skippedSteps; .* is kept/.test(line)));
    assert.ok(await stepOf(folder) <= 1, "no checkpoint after the first step that was skipped");
    const { header, lines: log } = (await readLog(folder))!;
    assert.deepEqual(log.at(-1), { ...log.at(-1), kind: "end", reason: "too many skipped steps", step: 4 });
    assert.equal(header.total_steps, 6);
  }));

Deno.test("train leaves out, counts and names once what cannot be trained on, and begins with other weights by --init", () =>
  inFolder(async (folder) => {
    const texts: Record<string, Int16Array> = {
      "GO ON": tone(1),
      "NOTHING IS SAID": new Int16Array(16000),
      "EMPTY": new Int16Array(0),
      "FAR TOO MANY WORDS FOR SO SHORT A WHILE": tone(0.5),
      "AND AGAIN MUCH TOO MANY OF THEM": tone(0.5),
      "ÜBER": tone(1),
    };
    const chapter = join(folder, "data/speech/train/1/2");
    const entries = Object.entries(texts).map(([text, samples], i) => ({ id: `1-2-000${i}`, text, samples }));
    await Deno.mkdir(chapter, { recursive: true });
    for (const { id, samples } of entries) await Deno.writeFile(join(chapter, `${id}.wav`), wav(samples));
    const lines = entries.map(({ id, text }) => `${id} ${text}\n`).join("");
    await Deno.writeTextFile(join(chapter, "1-2.trans.txt"), lines);

    const settings = ['data.train=[{"dataset":"speech"}]', "data.dev=[]", "schedule.steps=1"];
    const init = join(folder, "init.safetensors");
    using gpu = await openGpu();
    await saveModel(gpu, createModel(gpu, modelConfigOf(smallConfig(), "test"), 9), init);
    const out = join(folder, "out");
    const options = smallOptions(out, settings, { dataRoot: join(folder, "data"), init });
    const { code, lines: said } = await trained(options);
    assert.equal(code, 0);
    const { header } = (await readLog(out))!;
    const skipped = { silent: 1, unreadable: 1, "unknown characters": 1, "too short for its text": 2 };
    assert.deepEqual({ ...header.data, sha256: "" }, {
      sha256: "",
      train_utterances: 3,
      train_seconds: 2,
      dev_utterances: 0,
      dev_seconds: 0,
      synthesised: [],
      skipped,
    });
    const note = "2 of 3 utterances not trained on: too short for its text, first 1-2-0003";
    assert.equal(said.filter((line) => line === note).length, 1, said.join("\n"));
    assert.equal(said.filter((line) => /left out/.test(line)).length, 3);
    assert.equal(header.init?.path, await Deno.realPath(init));
    assert.match((await readModel(join(out, "model.safetensors"))).metadata.init_sha256, /^[0-9a-f]{64}$/);

    // Gone on with, it need not be told again; told another, it refuses.
    assert.equal((await trained({ ...options, init: null, resume: true })).code, 0);
    await Deno.writeFile(init, await Deno.readFile(join(out, "model.safetensors")));
    await assert.rejects(trained({ ...options, resume: true }), refusal(/^--resume: the run in .* has init\.sha256/));
    const none = smallOptions(join(folder, "none"), [...settings, "data.maximumSeconds=0.6"], {
      dataRoot: join(folder, "data"),
    });
    await assert.rejects(trained(none), refusal(/^data\.train: nothing is left to train on/));
  }));

Deno.test("run() prints help and the config that it would train", async () => {
  const printed: string[] = [];
  const { log } = console;
  console.log = (text: string) => void printed.push(text);
  try {
    assert.equal(await run(["--help"]), 0);
    assert.equal(await run(["tiny", "--set", "seed=5", "--print-config"]), 0);
  } finally {
    console.log = log;
  }
  assert.match(printed[0], /^Usage: deno task train CONFIG/);
  assert.equal(JSON.parse(printed[1]).seed, 5);
});

function tone(seconds: number): Int16Array {
  return Int16Array.from({ length: seconds * 16000 }, (_, i) => Math.round(9000 * Math.sin(i / 5) * Math.sin(i / 900)));
}
