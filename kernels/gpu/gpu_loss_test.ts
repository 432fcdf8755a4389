import assert from "node:assert/strict";
import { GpuError } from "./errors.ts";
import type { Gpu } from "./gpu.ts";
import { openGpu } from "./open.ts";
import type { Tensor } from "./tensor.ts";
import { fill } from "./test_kernels.ts";

/** What a program may be doing when its device goes away. */
const ACTIONS: Record<string, (gpu: Gpu, y: Tensor) => Promise<unknown>> = {
  "idle()": (gpu) => gpu.idle(),
  "read()": (gpu, y) => gpu.read(y),
  "stageSeconds()": (gpu) => gpu.stageSeconds(),
  "dispatch() and idle()": (gpu, y) => {
    gpu.dispatch(fill, { y }, { count: 4, value: 2 }, [1]);
    return gpu.idle();
  },
  "write() and read()": (gpu, y) => {
    gpu.write(y, new Float32Array(4));
    return gpu.read(y);
  },
  "tensor(), clear(), copy() and idle()": (gpu, y) => {
    gpu.copy(y, 0, gpu.zeros([4]), 0, 4);
    return gpu.idle();
  },
};

const LIMIT_MS = 3000;

for (const [name, act] of Object.entries(ACTIONS)) {
  for (const moment of ["at once", "a moment later"]) {
    Deno.test(`${name} fails soon and clearly when the device is lost and it is called ${moment}`, async () => {
      using gpu = await openGpu();
      const y = gpu.tensor([4]);
      gpu.stage("work", () => gpu.dispatch(fill, { y }, { count: 4, value: 1 }, [1]));
      gpu.device.destroy();
      if (moment !== "at once") await new Promise((resolve) => setTimeout(resolve, 5));
      let timer: ReturnType<typeof setTimeout> | undefined;
      const hanging = new Promise((_, reject) => timer = setTimeout(() => reject(new Error("it hangs")), LIMIT_MS));
      const isLoss = (error: unknown) => {
        assert.ok(error instanceof GpuError, String(error));
        assert.equal(error.failure, "device-lost", error.message);
        assert.match(error.message, /in kernel fill: the GPU device was lost .*run again/);
        return true;
      };
      const acting = new Promise((resolve) => resolve(act(gpu, y))); // what it throws at once counts as well
      await assert.rejects(Promise.race([acting, hanging]), isLoss);
      clearTimeout(timer);
      assert.throws(() => gpu.tensor([1]), isLoss);
    });
  }
}

Deno.test("A scope closes without complaint when the device was lost inside it", async () => {
  using gpu = await openGpu();
  {
    using _scope = gpu.scope();
    gpu.tensor([4]);
    gpu.device.destroy();
    await gpu.device.lost;
  }
  assert.equal(gpu.ledger.liveBytes, 0);
});

Deno.test("Gpu[Symbol.dispose]() empties the ledger, may be repeated, and ends the device's use", async () => {
  const gpu = await openGpu();
  const y = gpu.tensor([4]);
  gpu.dispatch(fill, { y }, { count: 4, value: 1 }, [1]);
  gpu[Symbol.dispose]();
  gpu[Symbol.dispose]();
  assert.deepEqual([gpu.ledger.liveBytes, gpu.ledger.reservedBytes], [0, 0]);
  const isClosed = (error: unknown) => error instanceof GpuError && /closed/.test(error.message);
  assert.throws(() => gpu.tensor([1]), isClosed);
  assert.throws(() => gpu.dispatch(fill, { y }, { count: 4, value: 1 }, [1]), isClosed);
  await assert.rejects(gpu.idle(), isClosed);
  await assert.rejects(gpu.read(y), isClosed);
});
