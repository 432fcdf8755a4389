import assert from "node:assert/strict";
import { gpuTest, TestRandom } from "../testing/mod.ts";
import { argmax, type ArgmaxVariant } from "./argmax.ts";
import { argmaxReference } from "./argmax_reference.ts";

for (const [rows, n] of [[1, 1], [3, 2], [257, 32], [70, 31], [5, 1021], [2, 60_000], [1, 51_865]]) {
  gpuTest(`argmax() equals its reference for ${rows} rows of ${n}`, async (gpu) => {
    const x = new TestRandom(n).normals(rows * n);
    const y = argmax(gpu, gpu.upload(x, [rows, n]));
    assert.deepEqual(y.shape, [rows]);
    assert.deepEqual([...await gpu.read(y)], argmaxReference(x, n));
  });
}

const VARIANTS: readonly ArgmaxVariant[] = [
  { lanes: 1, threads: 64 },
  { lanes: 8, threads: 64 },
  { lanes: 32, threads: 256 },
  { lanes: 256, threads: 256 },
  { lanes: 1024, threads: 1024 },
];

for (const variant of VARIANTS) {
  gpuTest(`argmax() takes the lowest of equals and never NaN, ${variant.lanes} lanes`, async (gpu) => {
    const [rows, n] = [67, 37];
    const random = new TestRandom(variant.lanes);
    // Few distinct values, so that ties abound.
    const values = [-Infinity, -2, -1, -0, 0, 1e-40, 1, NaN, NaN, Infinity];
    const x = Float32Array.from({ length: rows * n }, (_, i) => {
      return values[random.integer(1 + Math.floor(i / n) % values.length)];
    });
    const y = await gpu.read(argmax(gpu, gpu.upload(x, [rows, n]), variant));
    assert.deepEqual([...y], argmaxReference(x, n));
  });
}

gpuTest("argmax() gives 0 for rows of NaN, and the -Infinity beside a NaN", async (gpu) => {
  const x = Float32Array.of(NaN, NaN, NaN, NaN, -Infinity, NaN, -0, 0, 0);
  assert.deepEqual([...await gpu.read(argmax(gpu, gpu.upload(x, [3, 3])))], [0, 1, 0]);
});

gpuTest("argmax() keeps leading dimensions and refuses empty rows", async (gpu) => {
  const x = new TestRandom(1).normals(2 * 3 * 5);
  const y = argmax(gpu, gpu.upload(x, [2, 3, 5]));
  assert.deepEqual(y.shape, [2, 3]);
  assert.deepEqual([...await gpu.read(y)], argmaxReference(x, 5));
  assert.throws(() => argmax(gpu, gpu.tensor([3, 0])), /no elements/);
});
