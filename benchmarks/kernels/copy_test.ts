import assert from "node:assert/strict";
import { measureKernel } from "../../kernels/bench.ts";
import { randomTensor } from "../../kernels/bench.ts";
import type { Gpu, Tensor } from "../../kernels/gpu/mod.ts";
import { gpuTest } from "../../kernels/testing/mod.ts";
import { bufferCopyRate, copyBenchmark, copyBytes } from "./copy.ts";

gpuTest("copyBenchmark() copies every byte that it counts", async (gpu) => {
  const bytes = 2 ** 16 + 256;
  const made: Tensor[] = [];
  // The benchmark's own device, but for knowing which tensors it makes.
  const watched = new Proxy(gpu, {
    get(target, property) {
      const value = Reflect.get(target, property);
      if (property !== "zeros" && property !== "tensor") {
        return typeof value === "function" ? value.bind(target) : value;
      }
      return (shape: number[]) => {
        made.push(property === "zeros" ? randomTensor(target, shape, 5) : target.tensor(shape));
        return made.at(-1);
      };
    },
  }) as Gpu;
  const benchmark = copyBenchmark(bytes);
  benchmark.prepare(watched)();
  const [from, to] = made;
  assert.equal(benchmark.bytes, 2 * bytes);
  assert.equal((await gpu.read(from)).byteLength, bytes);
  assert.deepEqual(await gpu.read(to), await gpu.read(from));
});

gpuTest("copyBytes() fits the adapter, and both copies of it have a rate that a machine can have", async (gpu) => {
  const bytes = copyBytes(gpu);
  assert.ok(bytes <= gpu.limits.maxStorageBufferBindingSize && bytes % 256 === 0);
  const small = 2 ** 20;
  const rate = await bufferCopyRate(gpu, small);
  assert.ok(rate > 1e7 && rate < 1e14, `${rate} bytes per second`);
  if (!gpu.features.timestamps) return;
  const [seconds] = await measureKernel(gpu, copyBenchmark(small), 1, 0.01);
  assert.ok(2 * small / seconds > 1e7 && 2 * small / seconds < 1e14);
});
