import assert from "node:assert/strict";
import { gpuTest, poison, testGpu } from "./gpu_test_case.ts";

gpuTest("poison() fills every element with NaN, of ragged lengths", async (gpu) => {
  for (const count of [1, 63, 64, 65, 1009]) {
    const x = gpu.upload(new Float32Array(count));
    poison(gpu, x);
    assert.ok((await gpu.read(x)).every(Number.isNaN), `${count} elements`);
  }
});

Deno.test({
  name: "testGpu() is one device for all tests, with poisoned allocations",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const gpu = await testGpu();
    assert.equal(await testGpu(), gpu);
    assert.equal(gpu.poison, poison);
  },
});
