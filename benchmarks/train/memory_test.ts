import assert from "node:assert/strict";
import type { Gpu, Limits } from "../../kernels/gpu/mod.ts";
import { gpuTest } from "../../kernels/testing/mod.ts";
import { withOverrides } from "../../training/config.ts";
import { parameterCount } from "../../model/model.ts";
import { modelConfigOf } from "../../training/model_config.ts";
import type { UtteranceInfo } from "../../training/plan.ts";
import { trainingPreset } from "../../training/presets.ts";
import { freeMemory, makeRoom, requireMemory } from "./memory.ts";
import { refusal } from "./testing.ts";

const GIB = 2 ** 30;
const an4 = withOverrides(trainingPreset("an4"), ["recombination.share=0", "batch.seconds=96", "batch.utterances=16"]);

/** A hundred utterances of 1 to 12 s. */
const INFOS: UtteranceInfo[] = Array.from({ length: 100 }, (_, i) => {
  const seconds = 1 + (i * 37 % 100) / 9;
  return {
    samples: Math.round(seconds * 16000),
    tokens: Math.ceil(10 * seconds),
    ctcFrames: 1,
    speaker: "a",
    repeat: 1,
  };
});

function require(gpu: Gpu, free: number | null, ...settings: string[]) {
  const config = withOverrides(an4, settings);
  return requireMemory(gpu, config, modelConfigOf(config, "test"), INFOS, free);
}

/** The device with a larger or smaller limit, as another adapter would have. */
function limited(gpu: Gpu, limits: Partial<Limits>): Gpu {
  return { adapter: gpu.adapter, features: gpu.features, limits: { ...gpu.limits, ...limits } } as Gpu;
}

gpuTest("requireMemory() takes what fits, or what nothing is known of, and says what a step needs", (gpu) => {
  const roomy = limited(gpu, { maxStorageBufferBindingSize: 2 ** 31 - 4, maxBufferSize: 2 ** 32 - 4 });
  const { free, step, peak } = require(roomy, 8 * GIB);
  assert.equal(free, 8 * GIB);
  const weights = parameterCount(modelConfigOf(an4, "test")).total;
  assert.ok(peak - step > 5 * 4 * weights && peak - step < 6 * 4 * weights, `${peak - step} bytes are resident`);
  assert.ok(step > 0.1 * GIB && step < 1 * GIB, `${step}`);
  assert.deepEqual(require(roomy, null), { free: Infinity, step, peak });
  const twice = require(roomy, 8 * GIB, "batch.seconds=192", "batch.utterances=32");
  assert.ok(twice.step > 1.6 * step && twice.step < 2.2 * step, `${twice.step} and ${step}`);
});

gpuTest("requireMemory() refuses, in one line, what does not fit, with seconds that do", (gpu) => {
  const roomy = limited(gpu, { maxStorageBufferBindingSize: 2 ** 31 - 4, maxBufferSize: 2 ** 32 - 4 });
  const line = /^batch\.seconds 96: a step needs about .* MiB, and of the 256\.0 MiB that are free on .* it may take /;
  assert.throws(() => require(roomy, GIB / 4), refusal(line));
  try {
    require(roomy, GIB / 4);
  } catch (error) {
    const fitting = Number(/--set batch\.seconds=(\d+)$/.exec((error as Error).message)?.[1]);
    assert.ok(fitting > 14 && fitting < 96, `${fitting} s`);
    require(roomy, GIB / 4, `batch.seconds=${fitting}`);
    assert.throws(() => require(roomy, GIB / 4, `batch.seconds=${fitting + 1}`), refusal(/would fit/));
  }
  assert.throws(() => require(roomy, 2 ** 26), refusal(/use a smaller model, or a smaller data\.maximumSeconds/));
});

gpuTest("requireMemory() refuses a tensor that the device does not bind", (gpu) => {
  const narrow = limited(gpu, { maxStorageBufferBindingSize: 2 ** 24 });
  const line = /^batch\.seconds 384: a tensor .* binds at most 16\.0 MiB.*; batch\.seconds \d+ would fit: --set/;
  assert.throws(() => require(narrow, null, "batch.seconds=384", "batch.utterances=64"), refusal(line));
});

gpuTest("makeRoom() gives back what the pool keeps only where a step might not find room beside it", (gpu) => {
  gpu.release(gpu.tensor([2 ** 20]));
  const kept = gpu.ledger.reservedBytes;
  assert.ok(kept >= 2 ** 22);
  makeRoom(gpu, { free: Infinity, step: 2 ** 40 });
  makeRoom(gpu, { free: kept + 2 ** 30, step: 2 ** 20 });
  assert.equal(gpu.ledger.reservedBytes, kept);
  makeRoom(gpu, { free: kept, step: 2 ** 20 });
  assert.ok(gpu.ledger.reservedBytes < kept);
});

gpuTest("freeMemory() is the system's for a software adapter, and unknown where nothing tells", async (gpu) => {
  const adapter = { ...gpu.adapter, isSoftware: true };
  const free = await freeMemory({ adapter });
  assert.ok(free !== null && free > 2 ** 27 && free <= Deno.systemMemoryInfo().total);
  const unknown = { ...gpu.adapter, isSoftware: false, vendor: "another", description: "" };
  assert.equal(await freeMemory({ adapter: unknown }), null);
});
