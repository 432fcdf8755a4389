import assert from "node:assert/strict";
import { assertClose, gpuTest, TestRandom } from "../testing/mod.ts";
import { sumInto } from "./history.ts";
import { adamW } from "./adam_w.ts";
import { optimizerStatus, readStatus } from "./status.ts";

for (const count of [0, 1, 2, 255, 257, 1009]) {
  gpuTest(`sumInto() sums ${count} values into their element alone`, async (gpu) => {
    const history = gpu.zeros([3, 2]);
    const values = new TestRandom(count).normals(count);
    sumInto(gpu, gpu.upload(values), history, 1, 1);
    sumInto(gpu, gpu.upload(Uint32Array.from({ length: count }, (_, i) => i)), history, 2, 0);
    const sum = values.reduce((a, b) => a + b, 0);
    assertClose(await gpu.read(history), [0, 0, 0, sum, count * (count - 1) / 2, 0], 1e-6);
  });
}

gpuTest("sumInto() flags a step whose loss is not finite, and adamW() skips only that one", async (gpu) => {
  const status = optimizerStatus(gpu);
  const history = gpu.zeros([3, 1]);
  const n = 64;
  const state = {
    weights: gpu.zeros([n]),
    gradients: gpu.upload(new Float32Array(n).fill(1)),
    first: gpu.zeros([n]),
    second: gpu.zeros([n]),
    decayed: gpu.zeros([1], "u32"),
    status,
  };
  const settings = { learningRate: 1, beta1: 0.9, beta2: 0.9, epsilon: 1e-8, weightDecay: 0, clip: 1, averageDecay: 0 };
  for (const [row, loss] of [1, NaN, 2].entries()) {
    sumInto(gpu, gpu.upload(Float32Array.of(loss, 1)), history, row, 0, status);
    adamW(gpu, state, settings);
    assert.equal((await readStatus(gpu, status)).last.applied, row !== 1);
  }
  const { applied, skipped } = await readStatus(gpu, status);
  assert.deepEqual([applied, skipped], [2, 1]);
  assertClose(await gpu.read(state.weights), Array(n).fill(-2), 1e-5);
});

gpuTest("sumInto() throws when its element is outside", (gpu) => {
  const history = gpu.zeros([3, 2]);
  const values = gpu.zeros([1]);
  for (const [row, column] of [[3, 0], [0, 2], [-1, 0], [0, NaN]]) {
    assert.throws(() => sumInto(gpu, values, history, row, column), /outside f32 \[3, 2\]/);
  }
});
