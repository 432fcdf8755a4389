/**
 * Encodes one second of test sound on the WebGPU implementation that the argument names, and prints the memory's values as
 * JSON: `backends_test.ts` runs it in processes of their own, as two implementations in one process get in each other's way.
 */
import { type BackendName, openGpu } from "../kernels/gpu/mod.ts";
import { createModel } from "./model.ts";
import { encodeSamples, uploadSamples } from "./recognizer.ts";
import { testSound, tinySamba, tinyTransformer } from "./testing.ts";

if (import.meta.main) {
  using gpu = await openGpu(Deno.args[0] as BackendName);
  using _scope = gpu.scope();
  const memories: number[][] = [];
  for (const config of [tinySamba(), tinySamba("causal"), tinyTransformer("flash"), tinyTransformer("naive")]) {
    const model = createModel(gpu, config, 7);
    const { samples, lengths } = uploadSamples(gpu, [testSound(16000), testSound(7001, 2)]);
    memories.push([...await gpu.read(encodeSamples(gpu, model, samples, lengths).memory)]);
  }
  console.log(JSON.stringify(memories));
}
