import assert from "node:assert/strict";
import type { Gpu } from "../gpu/mod.ts";
import { assertClose, assertTensor, gpuTest, TestRandom } from "../testing/mod.ts";
import { adamW, type OptimizerState } from "./adam_w.ts";
import { adamWReference, type ReferenceState } from "./adam_w_reference.ts";
import type { AdamWSettings } from "./settings.ts";
import { optimizerStatus, readStatus } from "./status.ts";

const SETTINGS: AdamWSettings = {
  learningRate: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.1,
  clip: 1,
  averageDecay: 0.3, // reached in the third step
};

/** `blocks` blocks of weights: every second one decayed, and every third one frozen. */
function states(gpu: Gpu, blocks: number, seed = 1): { device: Required<OptimizerState>; host: ReferenceState } {
  const n = 64 * blocks;
  const initial = new TestRandom(seed).normals(n);
  const pattern = (every: number) => Uint32Array.from({ length: blocks }, (_, i) => Number(i % every !== every - 1));
  const [decayed, trained] = [pattern(2), pattern(3)];
  return {
    device: {
      weights: gpu.upload(initial),
      gradients: gpu.tensor([n]),
      first: gpu.zeros([n]),
      second: gpu.zeros([n]),
      average: gpu.upload(initial),
      decayed: gpu.upload(decayed),
      trained: gpu.upload(trained),
      status: optimizerStatus(gpu),
    },
    host: {
      weights: Float64Array.from(initial),
      first: new Float64Array(n),
      second: new Float64Array(n),
      average: Float64Array.from(initial),
      decayed: Array.from(decayed, (v) => v === 1),
      trained: Array.from(trained, (v) => v === 1),
      applied: 0,
      skipped: 0,
    },
  };
}

const NAMES = ["weights", "first", "second", "average"] as const;

async function assertStates(gpu: Gpu, device: Required<OptimizerState>, host: ReferenceState): Promise<void> {
  for (const name of NAMES) await assertTensor(gpu, device[name], host[name], 1e-6, name);
}

for (const blocks of [1, 2, 7, 65, 1031]) {
  gpuTest(`adamW() equals its reference over steps on ${blocks} blocks`, async (gpu) => {
    const { device, host } = states(gpu, blocks);
    const random = new TestRandom(blocks);
    for (const deviation of [1, 1e-4, 0.1, 10, 1e-3]) {
      const gradients = random.normals(64 * blocks, deviation);
      const seen = gradients.slice();
      for (let i = 0; i < seen.length; i++) if (!host.trained[i >> 6]) gradients[i] = NaN; // not read
      gpu.write(device.gradients, gradients);
      const norm = adamWReference(host, seen, SETTINGS);
      adamW(gpu, device, SETTINGS);
      const { last } = await readStatus(gpu, device.status);
      assertClose([last.norm, last.clip], [norm, Math.min(1, 1 / (norm + 1e-6))], 1e-6);
    }
    await assertStates(gpu, device, host);
    assert.equal((await readStatus(gpu, device.status)).applied, 5);
  });
}

gpuTest("adamW() leaves all as it is when a gradient is not finite, and goes on after", async (gpu) => {
  const { device, host } = states(gpu, 3);
  const history = gpu.zeros([6, 3]);
  const random = new TestRandom(3);
  const bad = [undefined, NaN, Infinity, undefined, 1e30, undefined]; // 1e30² is no float32
  for (const [row, value] of bad.entries()) {
    const gradients = random.normals(64 * 3);
    if (value !== undefined) gradients[77] = value;
    gpu.write(device.gradients, gradients);
    adamW(gpu, device, SETTINGS, { history, row, column: 1 });
    if (value === undefined) adamWReference(host, gradients, SETTINGS);
  }
  await assertStates(gpu, device, host);
  const status = await readStatus(gpu, device.status);
  assert.deepEqual([status.applied, status.skipped, status.last.applied], [3, 3, true]);
  const rows = await gpu.read(history);
  assert.deepEqual(bad.map((_, row) => rows[3 * row + 2]), [1, 0, 0, 1, 0, 1]);
  assert.ok(Number.isNaN(rows[4]) && rows[7] === Infinity && Math.abs(rows[1] - 11.3) < 2 && rows[0] === 0);
});

gpuTest("adamW()'s first steps are exact though 1 − β is small", async (gpu) => {
  const { device, host } = states(gpu, 2);
  gpu.clear(device.weights); // which then are the steps themselves
  host.weights.fill(0);
  const settings = { ...SETTINGS, beta1: 0.5, beta2: 0.9999 };
  for (let t = 0; t < 3; t++) {
    const gradients = new TestRandom(t).normals(128);
    gpu.write(device.gradients, gradients);
    adamW(gpu, device, settings);
    adamWReference(host, gradients, settings);
    await assertTensor(gpu, device.weights, host.weights, 2e-6);
  }
});

gpuTest("adamW() counts on from where training left off", async (gpu) => {
  const { device, host } = states(gpu, 2);
  host.applied = 40_000;
  const status = optimizerStatus(gpu, { applied: 40_000, skipped: 5 });
  const gradients = new TestRandom(4).normals(128);
  gpu.write(device.gradients, gradients);
  const settings = { ...SETTINGS, clip: Infinity, averageDecay: 0.9999, beta1: 0 };
  adamW(gpu, { ...device, status }, settings);
  adamWReference(host, gradients, settings);
  await assertStates(gpu, device, host);
  const { applied, skipped, last } = await readStatus(gpu, status);
  assert.deepEqual([applied, skipped, last.clip], [40_001, 5, 1]);
});

gpuTest("adamW() without average and frozen blocks trains all", async (gpu) => {
  const { device, host } = states(gpu, 5);
  const gradients = new TestRandom(5).normals(320);
  gpu.write(device.gradients, gradients);
  const { average: _average, trained: _trained, ...rest } = device;
  adamW(gpu, rest, SETTINGS);
  adamWReference({ ...host, trained: host.trained.map(() => true) }, gradients, SETTINGS);
  await assertTensor(gpu, device.weights, host.weights, 1e-6);
});

gpuTest("adamW() throws when shapes or settings do not fit", (gpu) => {
  const { device } = states(gpu, 2);
  const step = (changed: Partial<OptimizerState>, settings: Partial<AdamWSettings> = {}) => () =>
    adamW(gpu, { ...device, ...changed }, { ...SETTINGS, ...settings });
  assert.throws(step({ weights: gpu.tensor([100]) }), /blocks of 64/);
  assert.throws(step({ second: gpu.tensor([64]) }), /adamW's second: expected \[128\]/);
  assert.throws(step({ decayed: gpu.tensor([3], "u32") }), /adamW's decayed/);
  assert.throws(step({}, { epsilon: 0 }), /epsilon = 0/);
  assert.throws(step({}, { beta2: 1 }), /beta2 = 1/);
  assert.throws(step({}, { learningRate: NaN }), /learningRate = NaN/);
  const history = gpu.tensor([4, 2]);
  assert.throws(() => adamW(gpu, device, SETTINGS, { history, row: 0, column: 1 }), /outside f32 \[4, 2\]/);
  assert.throws(() => adamW(gpu, device, SETTINGS, { history, row: 4, column: 0 }), /outside f32 \[4, 2\]/);
});

interface GoldenTensor {
  readonly data: readonly number[];
}

gpuTest("adamW() equals PyTorch's AdamW after clip_grad_norm_", async (gpu) => {
  const file = JSON.parse(Deno.readTextFileSync(new URL("./testdata/adam_w.json", import.meta.url)));
  const flat = (tensors: readonly GoldenTensor[]) => {
    const values = new Float32Array(128 + 64); // 7 × 11 weights and a gap, then 64
    values.set(tensors[0].data, 0);
    values.set(tensors[1].data, 128);
    return values;
  };
  const initial = flat(file.initial);
  const state: OptimizerState = {
    weights: gpu.upload(initial),
    gradients: gpu.tensor([192]),
    first: gpu.zeros([192]),
    second: gpu.zeros([192]),
    decayed: gpu.upload(Uint32Array.of(1, 1, 0)),
    status: optimizerStatus(gpu),
  };
  for (const step of file.steps) {
    gpu.write(state.gradients, flat(step.gradients));
    adamW(gpu, state, { ...file.settings, averageDecay: 0 });
    const expected = flat(step.weights);
    await assertTensor(gpu, state.weights, expected, 2e-7);
    assertClose(
      (await gpu.read(state.weights)).map((v, i) => v - initial[i]),
      expected.map((v, i) => v - initial[i]),
      2e-5,
    );
    assertClose([(await readStatus(gpu, state.status)).last.norm], [step.norm], 1e-6);
  }
});
