import assert from "node:assert/strict";
import { join } from "node:path";
import { gpuTest } from "../../kernels/testing/mod.ts";
import { configHash } from "../../model/config.ts";
import { createModel, releaseModel } from "../../model/model.ts";
import { sambaConfig, transformerConfig } from "../../model/presets.ts";
import { saveModel } from "../../model/weights.ts";
import { dataRoot } from "../../datasets/testing.ts";
import { readAudio } from "../../datasets/audio/read.ts";
import { fetchPackages } from "../engines/whisper/packages.ts";
import { findWeights } from "../engines/whisper/weights.ts";
import { measurePoint, type PointRun } from "./measure_point.ts";
import type { PointRequest } from "./protocol.ts";
import { inFolder } from "./testdata/surroundings.ts";
import { fittedConfig } from "./weights_fit.ts";

const SCRIPT = new URL("./child.ts", import.meta.url).href;

async function measure(samples: Float32Array, folder: string, request: Partial<PointRequest>): Promise<PointRun> {
  const audio = join(folder, "audio.f32");
  await Deno.writeFile(audio, new Uint8Array(Float32Array.from(samples).buffer));
  const whole: PointRequest = {
    engine: "samba",
    preset: "nano",
    batch: 1,
    audio,
    gpu: "deno",
    weights: null,
    seed: 1,
    warmups: 0,
    repeats: 1,
    forcedTokens: 1,
    budgetSeconds: 60,
    ...request,
  };
  return await measurePoint(SCRIPT, whole, 120, null, new AbortController().signal, () => {});
}

const SOUND = Float32Array.from({ length: 8000 }, (_, i) => 0.1 * Math.sin(i * i / 5000));

gpuTest("child.ts says what it heard of trained weights, and runs their config", (gpu) =>
  inFolder(async (folder) => {
    const models = [
      ["samba", sambaConfig("nano")],
      ["samba-streaming", sambaConfig("nano", "causal")],
      ["transformer-naive", transformerConfig("nano", "flash")],
    ] as const;
    for (const [engine, config] of models) {
      const path = join(folder, `${engine}.safetensors`);
      const model = createModel(gpu, config, 3);
      await saveModel(gpu, model, path);
      releaseModel(gpu, model);
      const weights = { path, name: "trained", sha256: "a".repeat(64) };
      const { ready, done, failed } = await measure(SOUND, folder, { engine, weights, preset: "large" });
      assert.equal(failed, null);
      assert.deepEqual(ready?.weights, { name: "trained", sha256: "a".repeat(64), settings: { model: config.name } });
      assert.equal(typeof done?.text, "string");
      // Random weights of the same seed compute the same, and have nothing to say.
      const random = await measure(SOUND, folder, { engine, seed: 3 });
      assert.equal(random.done?.tokensHash, done?.tokensHash);
      assert.deepEqual([random.ready?.weights, random.done?.text], [null, null]);
      assert.equal(random.ready?.model?.parameters.total, ready?.model?.parameters.total);
      assert.equal(ready?.model?.configHash, await configHash(fittedConfig(engine, config, path)));
    }
    const weights = { path: join(folder, "samba.safetensors"), name: "", sha256: "" };
    const { failed } = await measure(SOUND, folder, { engine: "samba-causal", weights });
    assert.match(failed!.reason, /holds a bidirectional samba model .*, which samba-causal cannot run/);
  }));

const root = dataRoot();
const missing = root === undefined
  ? "there is no ../shared/data with Whisper's weights"
  : await fetchPackages(() => {}).then(() => null, (error: Error) => error.message);
const NAME = "child.ts measures whisper with real weights, within its permissions";
if (missing !== null) console.log(`skipped: ${NAME}: ${missing}`);
Deno.test({
  name: NAME,
  ignore: missing !== null,
  fn: () =>
    inFolder(async (folder) => {
      const { folder: path, sha256 } = await findWeights(`${root}/whisper/whisper-base`, null, null);
      const speech = await readAudio(`${root}/jfk.flac`);
      const weights = { path, name: "whisper-base", sha256 };
      const { ready, samples, done, failed } = await measure(speech, folder, { engine: "whisper", weights, batch: 2 });
      assert.equal(failed, null);
      assert.deepEqual([ready?.device, ready?.model, ready?.microBatch, ready?.frames], [null, null, 1, 275]);
      assert.equal(ready?.weights?.settings.dtype, "q8");
      assert.equal(samples.length, 1);
      assert.deepEqual(samples[0].stages, {});
      assert.match(done!.text!, /ask not what your country can do for you/i);
      assert.equal(done?.ledger, null);
      assert.ok(done!.processPeakBytes! > 100 * 2 ** 20);

      const others = { ...weights, sha256: "0".repeat(64) };
      const changed = await measure(speech, folder, { engine: "whisper", weights: others });
      assert.match(changed.failed!.reason, /the weights are not those that the run began with; begin anew$/);
    }),
});
