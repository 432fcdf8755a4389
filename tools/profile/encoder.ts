/**
 * Where an encoder's time goes, kernel by kernel, by GPU timestamps:
 * `deno run --allow-read tools/profile/encoder.ts [PRESET] [MINUTES...]`, by default `base 5 30`.
 *
 * First the whole pass as it runs, then each dispatch in a pass of its own: their sum is a little more than the whole, and
 * what is far more at a short length, measured against the long one, is a kernel that does not fill the device.
 */
import { type Gpu, openGpu } from "../../kernels/gpu/mod.ts";
import { ctcFrames } from "../../model/decoding/ctc_frames.ts";
import { melFeatures } from "../../model/frontend.ts";
import { createModel, encode, type Model } from "../../model/model.ts";
import { presetName, sambaConfig } from "../../model/presets.ts";
import { encodeSamples, uploadSamples } from "../../model/recognizer.ts";
import { byKernel, printKernels } from "./by_kernel.ts";

type Samples = ReturnType<typeof uploadSamples>;

/** Times a pass is run for each figure; before it, as often to bring the GPU to its clock. */
const PASSES = 10;

/** Milliseconds of each stage of a pass as it runs. */
async function wholePass(gpu: Gpu, model: Model, { samples, lengths }: Samples): Promise<Map<string, number>> {
  await gpu.stageSeconds();
  for (let i = 0; i < PASSES; i++) {
    using _pass = gpu.scope();
    const { memory } = encodeSamples(gpu, model, samples, lengths);
    gpu.stage("ctc", () => ctcFrames(gpu, model, memory));
    gpu.flush();
  }
  return new Map([...await gpu.stageSeconds()].map(([name, seconds]) => [name, 1e3 * seconds / PASSES]));
}

const [preset = "base", ...minutes] = Deno.args;
using gpu = await openGpu();
const model = createModel(gpu, sambaConfig(presetName(preset)), 1);
for (const length of minutes.length > 0 ? minutes.map(Number) : [5, 30]) {
  using _length = gpu.scope();
  const audio = Float32Array.from({ length: length * 60 * 16000 }, (_, i) => 0.1 * Math.sin(i * i * 1e-6));
  const samples = uploadSamples(gpu, [audio]);
  await wholePass(gpu, model, samples);
  const stages = await wholePass(gpu, model, samples);
  console.log(`${preset}, ${length} min: ${[...stages].map(([name, ms]) => `${name} ${ms.toFixed(3)} ms`).join(", ")}`);
  printKernels(
    await byKernel(gpu, PASSES, () => {
      const features = melFeatures(gpu, model.config, model.frontend, samples.samples, samples.lengths);
      ctcFrames(gpu, model, encode(gpu, model, features.mel, features.lengths).memory);
    }),
  );
}
