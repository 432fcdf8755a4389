import assert from "node:assert/strict";
import { gpuTest, testGpu } from "../testing/mod.ts";
import { GpuError, type GpuFailure } from "./errors.ts";
import { Gpu } from "./gpu.ts";
import { type Kernel, kernel, read, write } from "./kernel.ts";
import { openGpu } from "./open.ts";
import { slice, type Tensor } from "./tensor.ts";
import { accumulate, broken, fill } from "./test_kernels.ts";

/** What `assert.throws` and `assert.rejects` take: the kind of failure, and all of the patterns in the message. */
function failure(kind: GpuFailure, ...patterns: RegExp[]): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof GpuError, String(error));
    assert.equal(error.failure, kind, error.message);
    for (const pattern of patterns) assert.match(error.message, pattern);
    return true;
  };
}

/** A test on a device of its own, which it may spoil. */
function brokenGpuTest(name: string, run: (gpu: Gpu) => Promise<void>): void {
  Deno.test(name, async () => {
    using gpu = await openGpu();
    await run(gpu);
  });
}

gpuTest("Gpu.dispatch() says how many buffers a kernel binds when the adapter takes fewer", (gpu) => {
  const names = Array.from({ length: gpu.limits.maxStorageBuffersPerShaderStage + 1 }, (_, i) => `b${i}`);
  const many = kernel(
    "greedy",
    {},
    Object.fromEntries(names.map((name) => [name, read()])),
    "@compute @workgroup_size(1) fn main() {}",
  );
  const bindings = Object.fromEntries(names.map((name) => [name, gpu.zeros([1])]));
  const expected = failure("over-limit", /^kernel greedy binds \d+ storage buffers, but this adapter takes \d+$/);
  assert.throws(() => gpu.dispatch(many, bindings, {}, [1]), expected);
});

gpuTest("Gpu.dispatch() refuses one buffer read and written at once, in either order, and as views", (gpu) => {
  const x = gpu.zeros([2, 64]);
  const both = failure("invalid", /^kernel accumulate: y is bound twice, once for writing$/);
  assert.throws(() => gpu.dispatch(accumulate, { x, y: x }, { count: 1 }, [1]), both);
  assert.throws(() => gpu.dispatch(accumulate, { x: slice(x, 0, 1), y: slice(x, 1, 1) }, { count: 1 }, [1]), both);
  const reversed = kernel("reversed", {}, { y: write(), x: read() }, accumulate.body);
  assert.throws(() => gpu.dispatch(reversed, { x, y: x }, {}, [1]), failure("invalid", /reversed: x is bound twice/));
});

gpuTest("Gpu.dispatch() names the binding that is missing", (gpu) => {
  const missing = { x: gpu.zeros([1]) } as unknown as { x: Tensor; y: Tensor };
  assert.throws(
    () => gpu.dispatch(accumulate, missing, { count: 1 }, [1]),
    failure("invalid", /^kernel accumulate: nothing is bound to y$/),
  );
});

gpuTest("Gpu.dispatch() refuses a slice that starts at a byte where no binding may", (gpu) => {
  const x = gpu.zeros([4, 3]);
  assert.throws(
    () => gpu.dispatch(fill, { y: slice(x, 1, 1) }, { count: 3, value: 0 }, [1]),
    failure("invalid", /^kernel fill: y starts at byte 12, not a multiple of 256$/),
  );
});

gpuTest("Gpu.dispatch() refuses an integer parameter that is none", (gpu) => {
  const y = gpu.zeros([1]);
  for (const count of [NaN, 1.5, -1, 2 ** 32]) {
    assert.throws(
      () => gpu.dispatch(fill, { y }, { count, value: 0 }, [1]),
      failure("invalid", new RegExp(`^kernel fill: parameter count is ${count}, not a u32$`)),
    );
  }
  const missing = { count: 1 } as { count: number; value: number };
  assert.throws(() => gpu.dispatch(fill, { y }, missing, [1]), failure("invalid", /value is undefined, not a f32/));
});

gpuTest("Gpu.dispatch() says how many workgroups are too many", (gpu) => {
  const most = gpu.limits.maxComputeWorkgroupsPerDimension;
  assert.throws(
    () => gpu.dispatch(fill, { y: gpu.zeros([1]) }, { count: 1, value: 0 }, [1, most + 1]),
    failure("over-limit", /^kernel fill: 1×\d+×1 workgroups/, new RegExp(`at most ${most} a dimension$`)),
  );
});

gpuTest("Gpu.tensor() over the limit says its size, the limit and what to shorten", (gpu) => {
  const limit = Math.min(gpu.limits.maxStorageBufferBindingSize, gpu.limits.maxBufferSize);
  const columns = Math.ceil(limit / 4 / 8) + 1;
  const [live, reserved] = [gpu.ledger.liveBytes, gpu.ledger.reservedBytes];
  assert.throws(
    () => gpu.tensor([8, columns]),
    failure("over-limit", new RegExp(`f32 \\[8, ${columns}\\] takes .* binds at most`), /use shorter audio/),
  );
  assert.deepEqual([gpu.ledger.liveBytes, gpu.ledger.reservedBytes], [live, reserved]);
});

gpuTest("Gpu.tensor() refuses what fits but for the rounding up of its binding", async (gpu) => {
  const limits = { ...gpu.limits, maxStorageBufferBindingSize: 1020 };
  using small = new Gpu((await openGpu()).device, gpu.adapter, limits, gpu.features);
  small.tensor([252]);
  assert.throws(() => small.tensor([255]), failure("over-limit"));
});

gpuTest("Gpu.tensor() refuses shapes that are none", (gpu) => {
  for (const shape of [[-1], [2.5], [NaN, 2]]) assert.throws(() => gpu.tensor(shape), /no tensor has the shape/);
});

for (const wait of ["idle", "read", "stageSeconds"] as const) {
  brokenGpuTest(
    `A kernel that does not compile is an error with its source, and not its consequences, at ${wait}()`,
    async (gpu) => {
      const y = gpu.tensor([4]);
      gpu.stage("work", () => gpu.dispatch(broken, { y }, { count: 4 }, [1]));
      const expected = failure(
        "invalid",
        /^kernel broken does not compile: line \d+: .*nonsense/,
        /\n +10 \| }$/,
        /\n> +9 \|.*nonsense/,
      );
      const waits = { idle: () => gpu.idle(), read: () => gpu.read(y), stageSeconds: () => gpu.stageSeconds() };
      await assert.rejects(waits[wait](), expected);
      assert.throws(() => gpu.tensor([1]), expected); // and it stays
    },
  );
}

brokenGpuTest(
  "Gpu.stageSeconds() asks for no times of work that was refused: a driver may wait for them for ever",
  async (gpu) => {
    const { resolveQuerySet } = GPUCommandEncoder.prototype;
    let resolved = 0;
    GPUCommandEncoder.prototype.resolveQuerySet = function (...args) {
      resolved++;
      return resolveQuerySet.apply(this, args);
    };
    try {
      gpu.stage("work", () => gpu.dispatch(broken, { y: gpu.tensor([4]) }, { count: 4 }, [1]));
      await assert.rejects(gpu.stageSeconds(), failure("invalid", /^kernel broken does not compile/));
      assert.equal(resolved, 0);
    } finally {
      GPUCommandEncoder.prototype.resolveQuerySet = resolveQuerySet;
    }
  },
);

brokenGpuTest("A kernel that needs subgroups is refused where there are none", async (gpu) => {
  const without = new Gpu(gpu.device, gpu.adapter, gpu.limits, { ...gpu.features, subgroups: false });
  const needy: Kernel = kernel("needy", {}, { y: write() }, "", { subgroups: true });
  const y = without.tensor([1]);
  assert.throws(
    () => without.dispatch(needy, { y }, {}, [1]),
    failure("invalid", /needy: this device has no subgroups/),
  );
  await without.idle();
});

brokenGpuTest("An error that the device finds in a submit names the kernels in it", async (gpu) => {
  const [x, y] = [gpu.tensor([4]), gpu.tensor([4])];
  gpu.dispatch(fill, { y: x }, { count: 4, value: 1 }, [1]);
  gpu.dispatch(accumulate, { x, y }, { count: 4 }, [1]);
  y.buffer.destroy();
  await assert.rejects(gpu.idle(), failure("invalid", /^in one of the kernels fill, accumulate: .*destroyed/));
});

brokenGpuTest("An error that nobody asked about is thrown by the next wait", async (gpu) => {
  gpu.dispatch(fill, { y: gpu.tensor([1]) }, { count: 1, value: 1 }, [1]);
  gpu.device.createBuffer({ size: 2 ** 50, usage: 0x80 });
  await assert.rejects(gpu.idle(), failure("invalid", /^in kernel fill: .*buffer size/i));
});

brokenGpuTest("An uncaptured out-of-memory error is told apart", async (gpu) => {
  const error = new GPUOutOfMemoryError("not enough memory left");
  gpu.device.dispatchEvent(new GPUUncapturedErrorEvent("uncapturederror", { error }));
  await assert.rejects(gpu.idle(), failure("out-of-memory", /not enough memory left/));
});

Deno.test("An allocation that the device refuses later is out of memory, with the bytes asked for", async () => {
  const shared = await testGpu();
  const refusing = withRefusedBuffers((await openGpu()).device);
  using gpu = new Gpu(refusing, shared.adapter, shared.limits, shared.features);
  gpu.tensor([1024]);
  await assert.rejects(gpu.idle(), failure("out-of-memory", /^the device has no 4\.00 KiB left: no heap has room$/));
});

/** The device, but every allocation's error scope answers that there is no memory. */
function withRefusedBuffers(device: GPUDevice): GPUDevice {
  const scopes: GPUErrorFilter[] = [];
  return new Proxy(device, {
    get(target, property) {
      if (property === "pushErrorScope") return (filter: GPUErrorFilter) => scopes.push(filter);
      if (property === "popErrorScope") {
        const isMemory = scopes.pop() === "out-of-memory";
        return () => Promise.resolve(isMemory ? new GPUOutOfMemoryError("no heap\n  has room") : null);
      }
      const value = Reflect.get(target, property);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
