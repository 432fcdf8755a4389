import assert from "node:assert/strict";
import { describeAdapter } from "./adapter.ts";
import { openGpu, probe } from "./open.ts";

/** An adapter of the given description, as WebGPU shows it. */
function adapter(description: string, isFallbackAdapter = false): GPUAdapter {
  return {
    info: { vendor: "", architecture: "", device: "", description, isFallbackAdapter },
  } as unknown as GPUAdapter;
}

Deno.test("describeAdapter() tells software from hardware", () => {
  for (const name of ["llvmpipe (LLVM 15.0.6, 256 bits)", "SwiftShader Device", "Microsoft Basic Render Driver"]) {
    assert.equal(describeAdapter(adapter(name), "deno").isSoftware, true, name);
  }
  for (const name of ["NVIDIA H200", "AMD Radeon RX 7900 XTX (RADV NAVI31)", "Intel(R) Arc(tm) A770", "Apple M3"]) {
    assert.equal(describeAdapter(adapter(name), "deno").isSoftware, false, name);
  }
  assert.equal(describeAdapter(adapter("some new driver", true), "deno").isSoftware, true);
});

Deno.test("openGpu() has the adapter's own limits and what probe() shows", async () => {
  using gpu = await openGpu();
  assert.deepEqual(await probe(), gpu.adapter);
  assert.equal(gpu.device.limits.maxStorageBufferBindingSize, gpu.limits.maxStorageBufferBindingSize);
  assert.ok(gpu.limits.maxStorageBufferBindingSize >= 128 * 1024 ** 2); // WebGPU's default is what is asked for nowhere
  assert.equal(gpu.device.limits.maxComputeWorkgroupStorageSize, gpu.limits.maxComputeWorkgroupStorageSize);
});

Deno.test("openGpu() says it has a feature only when its device does", async () => {
  using gpu = await openGpu();
  assert.equal(gpu.features.timestamps, gpu.device.features.has("timestamp-query"));
  assert.equal(gpu.features.f16, gpu.device.features.has("shader-f16"));
  assert.equal(gpu.features.subgroups, gpu.device.features.has("subgroups"));
});
