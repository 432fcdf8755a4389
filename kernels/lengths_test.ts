import assert from "node:assert/strict";
import { GpuError } from "./gpu/mod.ts";
import { lengths } from "./lengths.ts";
import { gpuTest } from "./testing/mod.ts";

gpuTest("lengths() holds the same counts on host and device", async (gpu) => {
  const { host, device } = lengths(gpu, [3, 0, 7], 7);
  assert.deepEqual(host, [3, 0, 7]);
  assert.deepEqual([...await gpu.read(device as typeof device & { type: "u32" })], [3, 0, 7]);
  assert.equal(device.type, "u32");
});

gpuTest("lengths() names the sequence whose length cannot be", (gpu) => {
  for (const bad of [8, -1, 2.5, NaN]) {
    assert.throws(() => lengths(gpu, [7, bad], 7), (error: unknown) => {
      assert.ok(error instanceof GpuError);
      assert.equal(error.message, `sequence 1 has ${bad} rows, not an integer in 0..7`);
      return true;
    });
  }
});

gpuTest("lengths() counts its bytes under the tag it is given", (gpu) => {
  const before = gpu.ledger.live.state;
  lengths(gpu, [1], 1, "state");
  assert.equal(gpu.ledger.live.state - before, 256);
});
