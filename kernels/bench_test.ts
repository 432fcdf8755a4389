import assert from "node:assert/strict";
import { type KernelBenchmark, measureKernel, randomTensor } from "./bench.ts";
import { Gpu } from "./gpu/mod.ts";
import { fill } from "./gpu/test_kernels.ts";
import { gpuTest } from "./testing/mod.ts";

gpuTest("randomTensor() is uniform in its range, repeats for a seed and differs for another", async (gpu) => {
  const values = await gpu.read(randomTensor(gpu, [100, 101], 3, 4));
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const square = values.reduce((a, b) => a + b * b, 0) / values.length;
  assert.ok(values.every((v) => v >= -4 && v < 4));
  assert.ok(Math.abs(mean) < 0.1, `mean ${mean}`);
  assert.ok(Math.abs(square - 16 / 3) < 0.2, `mean square ${square}`);
  assert.equal(new Set(values).size > 9900, true);
  assert.deepEqual(await gpu.read(randomTensor(gpu, [100, 101], 3, 4)), values);
  assert.notDeepEqual(await gpu.read(randomTensor(gpu, [100, 101], 4, 4)), values);
});

gpuTest("measureKernel() takes as many samples as asked for, each the time of one launch", async (gpu) => {
  if (!gpu.features.timestamps) return;
  const before = gpu.ledger.liveBytes;
  let launches = 0;
  const work = (rounds: number): KernelBenchmark => ({
    name: `fill ${rounds} times`,
    small: true,
    prepare: (gpu) => {
      const y = gpu.tensor([64 * 512]);
      return () => {
        launches++;
        gpu.tensor([100]); // scratch, which must not pile up
        for (let i = 0; i < rounds; i++) gpu.dispatch(fill, { y }, { count: 64 * 512, value: 1 }, [512]);
      };
    },
  });
  gpu.ledger.resetPeak();
  const one = await measureKernel(gpu, work(1), 3, 0.01);
  assert.equal(gpu.ledger.peakBytes - before, 4 * 64 * 512 + 512);
  const twenty = await measureKernel(gpu, work(20), 3, 0.01);
  assert.equal(one.length, 3);
  assert.ok(one.every((seconds) => seconds > 0));
  assert.ok(Math.min(...twenty) > 4 * Math.min(...one), `${twenty} against ${one}`);
  assert.ok(launches >= 8);
  assert.equal(gpu.ledger.liveBytes, before);
});

gpuTest("measureKernel() says so where there are no timestamps", async (gpu) => {
  const without = new Gpu(gpu.device, gpu.adapter, gpu.limits, { ...gpu.features, timestamps: false });
  const never: KernelBenchmark = { name: "never", small: true, prepare: () => assert.fail("not to be prepared") };
  await assert.rejects(measureKernel(without, never), /no timestamp-query: kernels cannot be timed/);
});
