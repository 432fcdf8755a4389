import assert from "node:assert/strict";
import { assertClose, assertTensor, relativeError } from "./compare.ts";
import { gpuTest } from "./gpu_test_case.ts";

Deno.test("relativeError() is the norm of the difference over the norm of what was expected", () => {
  assert.equal(relativeError([3, 4], [3, 4]), 0);
  assert.equal(relativeError([3, 4.5], [3, 4]), 0.1);
  assert.equal(relativeError([0, 2], [0, 0]), 2); // nothing to be relative to
  assert.ok(Number.isNaN(relativeError([NaN, 1], [1, 1])));
  assert.throws(() => relativeError([1], [1, 2]), /1 values, expected 2/);
});

Deno.test("assertClose() fails where the error is over the tolerance, and names the worst element", () => {
  assertClose([1, 2.00001], [1, 2], 1e-5);
  assert.throws(
    () => assertClose([1, 2.1, 3.01], [1, 2, 3], 1e-3, "scan"),
    /^Error: scan: relative error .* > 1\.0e-3; element 1 of 3 is 2\.1, expected 2$/,
  );
});

Deno.test("assertClose() fails for NaN, which is what poisoned memory reads as", () => {
  assert.throws(() => assertClose([1, NaN, 3], [1, 2, 3], 10), /element 1 of 3 is NaN/);
  assert.throws(() => assertClose([1], [NaN], 10));
});

gpuTest("assertTensor() compares what is on the device", async (gpu) => {
  const x = gpu.upload(Float32Array.of(1, 2, 3));
  await assertTensor(gpu, x, [1, 2, 3]);
  await assert.rejects(assertTensor(gpu, x, [1, 2, 3.001], 1e-6, "x"), /x: relative error/);
});
