/**
 * Where a training step's time goes: `deno run --allow-read tools/profile/training.ts [PRESET] [BATCH] [SECONDS]`, by
 * default `an4 16 5`. First steps as they run: by the host's clock (what recording costs, and all of it, with one wait at
 * the end) and the GPU's; then kernel by kernel, each dispatch in a pass of its own.
 */
import { openGpu } from "../../kernels/gpu/mod.ts";
import { initialWeights } from "../../training/arena.ts";
import type { HostBatch } from "../../training/batch.ts";
import { modelConfigOf } from "../../training/model_config.ts";
import { trainingPreset } from "../../training/presets.ts";
import { fetchFigures, makeTrainer, trainStep } from "../../training/trainer.ts";
import { byKernel, printKernels } from "./by_kernel.ts";

const STEPS = 20;

/** Noise for speech, and eight characters a second for its text. */
function noiseBatch(size: number, seconds: number): HostBatch {
  const width = Math.round(16000 * seconds);
  const tokens = Math.round(8 * seconds);
  const each = <T>(value: T): T[] => Array<T>(size).fill(value);
  const ids = (count: number) => Uint32Array.from({ length: size * count }, (_, i) => 6 + i * 7 % 26);
  return {
    size,
    samples: Int16Array.from({ length: size * width }, (_, i) => 3000 * Math.sin(i * i * 1e-6)),
    inputWidth: width,
    inputLengths: each(width),
    outputLengths: each(width),
    outputWidth: width,
    speeds: each(1),
    gains: each(1),
    noise: each(0),
    seeds: each(1),
    labels: ids(tokens + 1),
    labelLengths: each(tokens),
    decoderInputs: ids(tokens + 1),
    targets: ids(tokens + 1),
    tokenWidth: tokens + 1,
    tokenLengths: each(tokens + 1),
    audioSeconds: size * seconds,
  };
}

const [preset = "an4", size = "16", seconds = "5"] = Deno.args;
const config = trainingPreset(preset);
const model = modelConfigOf(config, preset);
using gpu = await openGpu();
using _all = gpu.scope();
const trainer = makeTrainer(gpu, config, model, initialWeights(model, 1));
const batch = noiseBatch(Number(size), Number(seconds));
let dispatches = gpu.dispatches;

/** Milliseconds a step: recording, and all. */
async function steps(): Promise<{ recording: number; all: number }> {
  const start = performance.now();
  dispatches = gpu.dispatches;
  for (let i = 0; i < STEPS; i++) {
    trainStep(trainer, batch, 1e-4);
    gpu.flush();
  }
  const recorded = performance.now();
  dispatches = (gpu.dispatches - dispatches) / STEPS;
  await fetchFigures(trainer);
  return { recording: (recorded - start) / STEPS, all: (performance.now() - start) / STEPS };
}

await steps();
await steps();
const { recording, all } = await steps();
console.log(`${preset}, batch ${size} × ${seconds} s: ${dispatches} dispatches a step`);
console.log(`recording ${recording.toFixed(2)} ms, step ${all.toFixed(2)} ms by the host's clock`);
await gpu.stageSeconds();
gpu.stage("step", () => {
  for (let i = 0; i < STEPS; i++) trainStep(trainer, batch, 1e-4);
});
console.log(`step ${(1e3 * (await gpu.stageSeconds()).get("step")! / STEPS).toFixed(2)} ms by the GPU's clock`);
await fetchFigures(trainer);
printKernels(await byKernel(gpu, 10, () => trainStep(trainer, batch, 1e-4)));
