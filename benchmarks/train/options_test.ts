import assert from "node:assert/strict";
import { join } from "node:path";
import { trainingPreset } from "../../training/presets.ts";
import { HELP, parseTrainOptions, type TrainOptions } from "./options.ts";
import { inFolder, refusal } from "./testing.ts";

async function parsed(...args: string[]): Promise<TrainOptions> {
  const options = await parseTrainOptions(args, undefined);
  assert.ok(options);
  return options;
}

Deno.test("parseTrainOptions() takes a preset with overrides, and fills in defaults", async () => {
  const options = await parsed("tiny", "--set", "seed=7", "--set", "schedule.steps=3");
  assert.deepEqual([options.config.seed, options.config.schedule.steps], [7, 3]);
  const { config: _, ...rest } = options;
  assert.deepEqual(rest, {
    dataRoot: null,
    gpu: "deno",
    out: "results/train/samba-tiny",
    resume: false,
    overwrite: false,
    init: null,
    printConfig: false,
  });
  assert.equal(await parseTrainOptions(["--help"], undefined), null);
  assert.match(HELP, /--resume/);
});

Deno.test("parseTrainOptions() prefers --data-root to the environment, and takes every option", async () => {
  const all = [
    "--data-root",
    "d",
    "--init",
    "w.safetensors",
    "--gpu",
    "dawn",
    "--out",
    "o",
    "--resume",
    "--print-config",
  ];
  const options = await parseTrainOptions(["an4", ...all], "from the environment");
  const { config: _, ...rest } = options!;
  assert.deepEqual(rest, {
    dataRoot: "d",
    gpu: "dawn",
    out: "o",
    resume: true,
    overwrite: false,
    init: "w.safetensors",
    printConfig: true,
  });
  assert.equal((await parseTrainOptions(["an4"], "from the environment"))?.dataRoot, "from the environment");
});

Deno.test("parseTrainOptions() reads a config from a file", () =>
  inFolder(async (folder) => {
    const path = join(folder, "mine.json");
    await Deno.writeTextFile(path, JSON.stringify({ ...trainingPreset("tiny"), name: "mine" }));
    assert.equal((await parsed(path)).out, "results/train/mine");
    await Deno.writeTextFile(path, JSON.stringify({ ...trainingPreset("tiny"), sead: 1 }));
    await assert.rejects(parsed(path), refusal(/mine\.json: sead: no such key; did you mean seed\?$/));
    await Deno.writeTextFile(path, "{");
    await assert.rejects(parsed(path), refusal(/mine\.json: is no JSON: /));
    await assert.rejects(parsed(join(folder, "none.json")), refusal(/none\.json: no such config file$/));
    await assert.rejects(parsed(folder), refusal(/cannot be read/));
  }));

Deno.test("parseTrainOptions() refuses, in one line, what is not known, with the nearest", async () => {
  const refused = (pattern: RegExp, ...args: string[]) =>
    assert.rejects(parsed(...args), refusal(pattern), args.join(" "));
  await refused(/^train takes one CONFIG, a preset \(an4, an4-synthetic, librispeech, tiny\) or a JSON file; got 0$/);
  await refused(/got 2$/, "an4", "tiny");
  await refused(/^an5: no such training preset; did you mean an4\?/, "an5");
  await refused(/did you mean librispeech\?/, "librispech");
  const typed = /^--set optimizer\.learningrate=1: .*no such key; did you mean optimizer\.learningRate\?$/;
  await refused(typed, "tiny", "--set", "optimizer.learningrate=1");
  await refused(/^--set batch\.seconds=0: batch\.seconds: /, "tiny", "--set", "batch.seconds=0");
  await refused(/--resume and --overwrite exclude each other/, "tiny", "--resume", "--overwrite");
  await refused(/^--gpu: "cuda" is not known; choose from deno, dawn$/, "tiny", "--gpu", "cuda");
  await refused(/^--out: no folder given$/, "tiny", "--out", "");
  await refused(/--steps.*see --help/, "tiny", "--steps", "3");
});
