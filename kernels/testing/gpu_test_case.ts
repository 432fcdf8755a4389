import { type Gpu, kernel, openGpu, size, type Tensor, write } from "../gpu/mod.ts";

const poisonKernel = kernel(
  "poison",
  { count: "u32" },
  { x: write("u32") },
  `@compute @workgroup_size(64) fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
    @builtin(local_invocation_index) local: u32) {
    let i = (group.y * groups.x + group.x) * 64u + local;
    if (i < params.count) { x[i] = 0x7fc0dead; }
  }`,
);

/** Fills a tensor with NaN. */
export function poison(gpu: Gpu, tensor: Tensor): void {
  gpu.dispatch(poisonKernel, { x: tensor }, { count: size(tensor) }, gpu.grid(Math.ceil(size(tensor) / 64)));
}

let shared: Promise<Gpu> | undefined;

/** The device that this process's tests share, with poisoned allocations. */
export function testGpu(): Promise<Gpu> {
  return shared ??= openGpu().then((gpu) => {
    gpu.poison = poison;
    // A device that is alive when the process ends makes llvmpipe's threads race with its teardown.
    globalThis.addEventListener("unload", () => gpu[Symbol.dispose]());
    return gpu;
  });
}

/**
 * A test that computes on the GPU. Everything it makes is released at its end, and it fails when that leaves the ledger
 * above where it was.
 */
export function gpuTest(name: string, run: (gpu: Gpu) => Promise<void> | void): void {
  Deno.test({
    name,
    // The device outlives the test that opens it.
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      const gpu = await testGpu();
      const before = gpu.ledger.liveBytes;
      try {
        using _scope = gpu.scope();
        await run(gpu);
        await gpu.idle();
      } catch (error) {
        shared = undefined; // a device that failed stays failed: the next test gets a fresh one
        throw error;
      }
      const left = gpu.ledger.liveBytes - before;
      if (left !== 0) throw new Error(`${left} bytes are still held after the test`);
    },
  });
}
