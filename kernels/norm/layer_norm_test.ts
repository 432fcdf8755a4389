import assert from "node:assert/strict";
import { lengths } from "../lengths.ts";
import { assertTensor, gpuTest, TestRandom } from "../testing/mod.ts";
import { layerNorm } from "./layer_norm.ts";
import { layerNormReference } from "./norm_reference.ts";
import { launchNorm, type NormVariant } from "./row_norm.ts";

for (const [rows, width] of [[1, 1], [2, 31], [5, 64], [7, 257], [3, 512], [37, 20], [11, 132], [2, 2052]]) {
  gpuTest(`layerNorm() equals its reference for ${rows} rows of ${width}`, async (gpu) => {
    const random = new TestRandom(rows * 1000 + width);
    const x = random.normals(rows * width).map((v) => 3 + v); // a mean that naive variance would suffer from
    const gamma = random.normals(width);
    const beta = random.normals(width);
    const y = layerNorm(gpu, gpu.upload(x, [rows, width]), gpu.upload(gamma), gpu.upload(beta));
    await assertTensor(gpu, y, layerNormReference(x, gamma, beta));
  });
}

for (const variant of ["looped", 4, 8, 16, 32, 64] satisfies NormVariant[]) {
  gpuTest(`launchNorm() equals the reference in variant ${variant} of both norms`, async (gpu) => {
    const random = new TestRandom(7);
    const [rows, width] = [9, 124];
    const x = random.normals(rows * width);
    const gamma = random.normals(width);
    const beta = new Float32Array(width);
    const input = gpu.upload(x, [rows, width]);
    const weights = { gamma: gpu.upload(gamma), beta: gpu.upload(beta) };
    const y = launchNorm(gpu, "layer", input, weights, undefined, variant);
    await assertTensor(gpu, y, layerNormReference(x, gamma, beta));
    // Rows without a mean have the same root mean square as deviation.
    const centred = layerNormReference(x, new Float32Array(width).fill(1), beta, 0);
    const z = launchNorm(
      gpu,
      "rms",
      gpu.upload(Float32Array.from(centred), [rows, width]),
      { gamma: weights.gamma },
      undefined,
      variant,
    );
    await assertTensor(gpu, z, layerNormReference(centred, gamma, beta));
  });
}

for (const width of [6, 64]) {
  gpuTest(`layerNorm() zeroes rows past the lengths and ignores what they hold, rows of ${width}`, async (gpu) => {
    const random = new TestRandom(width);
    const [batch, time] = [3, 5];
    const x = random.normals(batch * time * width);
    const gamma = random.normals(width);
    const beta = random.normals(width);
    const host = [5, 0, 2];
    const expected = layerNormReference(x, gamma, beta);
    host.forEach((n, b) => {
      expected.fill(0, (b * time + n) * width, (b + 1) * time * width);
      x.fill(NaN, (b * time + n) * width, (b + 1) * time * width);
    });
    const y = layerNorm(
      gpu,
      gpu.upload(x, [batch, time, width]),
      gpu.upload(gamma),
      gpu.upload(beta),
      lengths(gpu, host, time),
    );
    await assertTensor(gpu, y, expected);
  });
}

gpuTest("layerNorm() names the weight that does not fit", async (gpu) => {
  const x = gpu.zeros([2, 8]);
  await Promise.resolve();
  assert.throws(() => layerNorm(gpu, x, gpu.zeros([8]), gpu.zeros([4])), /layer norm's beta: expected \[8\]/);
});
