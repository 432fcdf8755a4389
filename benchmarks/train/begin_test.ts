import assert from "node:assert/strict";
import { join } from "node:path";
import type { Gpu } from "../../kernels/gpu/mod.ts";
import { gpuTest } from "../../kernels/testing/mod.ts";
import { createModel } from "../../model/model.ts";
import { saveModel } from "../../model/weights.ts";
import { initialWeights } from "../../training/arena.ts";
import { checkpointPath, loadCheckpoint, saveCheckpoint } from "../../training/checkpoint.ts";
import { modelConfigOf } from "../../training/model_config.ts";
import { melStatistics } from "../../training/statistics.ts";
import { smallConfig } from "../../training/testing.ts";
import { beginAnew, goOn, initOf } from "./begin.ts";
import { loadSpeech } from "./data.ts";
import { saveLast } from "./saving.ts";
import { inFolder, refusal } from "./testing.ts";

const CONFIG = smallConfig();
const MODEL = modelConfigOf(CONFIG, "test");
const DATA = await loadSpeech(CONFIG.data, "", MODEL.vocabulary);

/** Begins with the weights of a file, and reads them back. */
async function begunWith(gpu: Gpu, path: string, config = CONFIG): Promise<Float32Array> {
  const model = modelConfigOf(config, "test");
  const { trainer } = await beginAnew(gpu, config, model, DATA, "hash", await initOf(path));
  return await gpu.read(trainer.arena.weights);
}

gpuTest(
  "beginAnew() begins with seeded weights, or with those of a file of the same shapes",
  (gpu) =>
    inFolder(async (folder) => {
      const { trainer, state } = await beginAnew(gpu, CONFIG, MODEL, DATA, "hash", null);
      assert.deepEqual(await gpu.read(trainer.arena.weights), initialWeights(MODEL, CONFIG.seed));
      assert.deepEqual([state.configHash, state.dataHash, state.skipped, state.best], ["hash", DATA.sha256, 0, null]);
      const path = join(folder, "a.safetensors");
      await saveModel(gpu, createModel(gpu, MODEL, 9), path);
      assert.deepEqual(await begunWith(gpu, path), initialWeights(MODEL, 9));
    }),
);

gpuTest("beginAnew() puts the data's mel statistics in place where normalisation is fixed", async (gpu) => {
  const config = smallConfig("model.encoder.direction=causal");
  const model = modelConfigOf(config, "test");
  const { trainer } = await beginAnew(gpu, config, model, DATA, "hash", null);
  const { mean, deviation } = await melStatistics(gpu, model, DATA.train);
  const { fixed } = trainer.model.frontend;
  assert.deepEqual(await gpu.read(fixed!.mean), mean);
  assert.deepEqual(await gpu.read(fixed!.deviation), deviation);
});

gpuTest(
  "beginAnew() refuses, in one line, weights that do not fit, are damaged or are not there",
  (gpu) =>
    inFolder(async (folder) => {
      const path = join(folder, "a.safetensors");
      const refused = (pattern: RegExp, ...settings: string[]) =>
        assert.rejects(begunWith(gpu, path, smallConfig(...settings)), refusal(pattern));
      await refused(/^--init .*a\.safetensors: no such file$/);
      await saveModel(gpu, createModel(gpu, MODEL, 9), path);
      const wider =
        /^--init .*: subsampling.* is \[.*\], and should be \[.*\]; it is a samba-tiny, and this is to be a wide$/;
      await refused(wider, "model.width=32", "name=wide");
      await refused(/it has no encoder\.2\./, "model.encoder.blocks=3");
      await refused(/it has encoder\.1\..*, for which there is no place/, "model.encoder.blocks=1");
      await refused(/it has no frontend\.mean/, "model.normalization=fixed");
      await Deno.writeFile(path, (await Deno.readFile(path)).subarray(0, 5000));
      await refused(/a\.safetensors/);
      await saveModel(gpu, createModel(gpu, { ...MODEL, vocabulary: MODEL.vocabulary.toReversed() }, 9), path);
      await refused(/its tokens are others/);
      const changed = { path, sha256: "0".repeat(64) };
      await assert.rejects(
        beginAnew(gpu, CONFIG, MODEL, DATA, "hash", changed),
        refusal(/has the SHA-256 \w+, and the run was begun with one of 0000/),
      );
    }),
);

gpuTest(
  "goOn() takes everything from the last checkpoint, and refuses one of another config, data or model",
  (gpu) =>
    inFolder(async (folder) => {
      const { trainer, state } = await beginAnew(gpu, CONFIG, MODEL, DATA, "hash", null);
      const { arena } = trainer;
      for (const [i, x] of [arena.weights, arena.first, arena.second, arena.average].entries()) {
        gpu.write(x, new Float32Array(arena.size).fill(i + 1));
      }
      trainer.step = 7;
      Object.assign(state, { audioSeconds: 12.5, evaluatedStep: 6, best: { wer: 0.5, step: 6 } });
      assert.ok(await saveLast({ trainer, state, folder, provenance: {} }, 99, true));

      const again = await goOn(gpu, CONFIG, MODEL, DATA, "hash", folder);
      for (const [i, name] of (["weights", "first", "second", "average"] as const).entries()) {
        assert.ok((await gpu.read(again.trainer.arena[name])).every((x) => x === i + 1), name);
      }
      assert.deepEqual([again.trainer.step, again.trainer.pending], [7, 0]);
      assert.deepEqual(again.state, { ...state, elapsedSeconds: 99 });

      const refused = (pattern: RegExp, hash: string, data = DATA, model = MODEL) =>
        assert.rejects(goOn(gpu, CONFIG, model, data, hash, folder), refusal(pattern));
      await refused(
        /^--resume: .*last\.safetensors is of another config; give it the same, or another --out$/,
        "another",
      );
      await refused(/is of another data/, "hash", { ...DATA, sha256: "another" });
      await refused(
        /holds no \d+ weights; it is of another model/,
        "hash",
        DATA,
        modelConfigOf(smallConfig("model.width=32"), "test"),
      );
      const path = checkpointPath(folder, "last");
      await saveCheckpoint(path, { ...await loadCheckpoint(path), state: { step: 1 } });
      await refused(/its state is not this version's/, "hash");
      await Deno.remove(path);
      await refused(/no such checkpoint; nothing can go on/, "hash");
    }),
);

gpuTest(
  "saveLast() keeps the checkpoint from before where the last step was skipped, unless it must",
  (gpu) =>
    inFolder(async (folder) => {
      const { trainer, state } = await beginAnew(gpu, CONFIG, MODEL, DATA, "hash", null);
      trainer.step = 3; // none of which was applied
      const saved = { trainer, state, folder, provenance: {} };
      assert.equal(await saveLast(saved, 1, false), false);
      assert.deepEqual(await Array.fromAsync(Deno.readDir(folder)), []);
      assert.equal(await saveLast(saved, 1, true), true);
      await loadCheckpoint(checkpointPath(folder, "last"));
    }),
);
