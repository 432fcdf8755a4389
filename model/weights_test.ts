import assert from "node:assert/strict";
import { gpuTest } from "../kernels/testing/mod.ts";
import { ConfigError } from "./config.ts";
import { createModel, releaseModel } from "./model.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";
import { tinySamba, tinyTransformer } from "./testing.ts";
import { loadModel, saveModel } from "./weights.ts";

for (const config of [tinySamba("causal", "attention"), tinyTransformer("window", "concat")]) {
  gpuTest(`loadModel() gives back what saveModel() wrote: ${config.name}`, async (gpu) => {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/model.safetensors`;
    const model = createModel(gpu, config, 5);
    await saveModel(gpu, model, path, { provenance: { note: "a test" } });
    const loaded = await loadModel(gpu, path);
    assert.deepEqual(loaded.config, config);
    assert.deepEqual([...loaded.parameters.keys()], [...model.parameters.keys()]);
    for (const [name, tensor] of model.parameters) {
      assert.deepEqual(await gpu.read(loaded.parameters.get(name)!), await gpu.read(tensor), name);
    }
    assert.equal(decodeSafetensors(await Deno.readFile(path)).metadata.note, "a test");
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["model.safetensors"]);
    releaseModel(gpu, model);
    releaseModel(gpu, loaded);
    await Deno.remove(folder, { recursive: true });
  });
}

gpuTest("loadModel() throws one line that names the file and the fault", async (gpu) => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/model.safetensors`;
  const model = createModel(gpu, tinySamba(), 5);
  await saveModel(gpu, model, path);
  releaseModel(gpu, model);
  const good = await Deno.readFile(path);
  const changed = (
    change: (
      file: { metadata: Record<string, string>; tensors: Map<string, { shape: number[]; values: Float32Array }> },
    ) => void,
  ) => {
    const { metadata, tensors } = decodeSafetensors(good);
    const file = { metadata: { ...metadata }, tensors: new Map(tensors) as never };
    change(file);
    return encodeSafetensors(file);
  };
  const faults: [string, Uint8Array, RegExp][] = [
    ["empty", new Uint8Array(), /is too short/],
    ["truncated", good.slice(0, good.length - 100), /is truncated/],
    ["not safetensors", new TextEncoder().encode("hello, I am a text file"), /truncated, or not safetensors/],
    ["no config", changed((f) => delete f.metadata.config), /holds no config/],
    ["config changed", changed((f) => f.metadata.config = f.metadata.config.replace('"rank":4', '"rank":8')), /hash/],
    ["a weight missing", changed((f) => f.tensors.delete("ctc.bias")), /lacks the weight ctc.bias/],
    [
      "a weight too many",
      changed((f) => f.tensors.set("x", { shape: [0], values: new Float32Array() })),
      /the weight x/,
    ],
    [
      "another shape",
      changed((f) => f.tensors.set("ctc.bias", { shape: [1], values: new Float32Array(1) })),
      /ctc.bias is \[1\]/,
    ],
    ["NaN", changed((f) => f.tensors.get("ctc.bias")!.values[3] = NaN), /ctc.bias holds NaN at element 3/],
  ];
  for (const [what, bytes, message] of faults) {
    await Deno.writeFile(path, bytes);
    await assert.rejects(loadModel(gpu, path), (error: Error) => {
      assert.ok(error instanceof ConfigError, what);
      assert.match(error.message, message, what);
      assert.ok(error.message.startsWith(path) && !error.message.includes("\n"), what);
      return true;
    });
  }
  await assert.rejects(loadModel(gpu, `${folder}/none`), /none: no such weights file/);
  await Deno.remove(folder, { recursive: true });
});
