import assert from "node:assert/strict";
import { Gpu } from "../../kernels/gpu/mod.ts";
import { gpuTest } from "../../kernels/testing/mod.ts";
import { checkArithmetic, checkSpeed } from "./self_check.ts";

gpuTest("checkArithmetic() passes a device that computes correctly", async (gpu) => {
  const check = await checkArithmetic(gpu);
  assert.equal(check.state, "ok", check.detail);
});

gpuTest("checkArithmetic() fails a device that is off by little", async (gpu) => {
  const wrong = new Proxy(gpu, {
    get(target, property) {
      if (property === "read") {
        return async (x: Parameters<Gpu["read"]>[0]) => (await target.read(x)).map((v) => v * 1.0001);
      }
      const value = Reflect.get(target, property);
      return typeof value === "function" ? value.bind(target) : value;
    },
  }) as Gpu;
  const check = await checkArithmetic(wrong);
  assert.equal(check.state, "failed");
  assert.match(check.detail, /off from the CPU's by 1\.0e-4/);
});

gpuTest("checkSpeed() tells the bandwidth, and says what a device without timestamps lacks", async (gpu) => {
  const without = new Gpu(gpu.device, gpu.adapter, gpu.limits, { ...gpu.features, timestamps: false });
  const [bandwidth, timestamps] = await checkSpeed(without);
  assert.match(bandwidth.detail, /^[\d.]+ GB\/s by the driver$/);
  assert.equal(timestamps.state, "missing");
  without.trim();
});
