import type { KernelBenchmark } from "../../kernels/bench.ts";
import { type Gpu, kernel, read, write } from "../../kernels/gpu/mod.ts";

const copyKernel = kernel(
  "copy vec4",
  { count: "u32" },
  { x: read("vec4f"), y: write("vec4f") },
  `@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * 256u + local;
  if (i < params.count) { y[i] = x[i]; }
}`,
);

/** Bytes to copy for a bandwidth: far past every cache of a GPU, and a fraction of a second's work for a CPU. */
export function copyBytes(gpu: Gpu): number {
  const most = Math.min(gpu.limits.maxStorageBufferBindingSize, gpu.limits.maxBufferSize);
  return Math.min(gpu.adapter.isSoftware ? 2 ** 25 : 2 ** 29, 2 ** Math.floor(Math.log2(most)));
}

/** A plain vec4 copy of `bytes`: what kernels that only move memory are compared with. */
export function copyBenchmark(bytes: number): KernelBenchmark & { readonly bytes: number } {
  const count = bytes / 16;
  return {
    name: `copy kernel ${bytes / 2 ** 20} MiB`,
    bytes: 2 * bytes,
    small: true,
    prepare(gpu) {
      const x = gpu.zeros([4 * count]);
      const y = gpu.tensor([4 * count]);
      return () => gpu.dispatch(copyKernel, { x, y }, { count }, gpu.grid(Math.ceil(count / 256)));
    },
  };
}

/**
 * Bytes per second, read and written together, of the driver's own buffer-to-buffer copy. By the host's clock, since
 * copies take no timestamps: the time of many copies less that of one, so that what waiting costs cancels out.
 */
export async function bufferCopyRate(gpu: Gpu, bytes: number): Promise<number> {
  using _scope = gpu.scope();
  const x = gpu.zeros([bytes / 4]);
  const y = gpu.tensor([bytes / 4]);
  const time = async (copies: number): Promise<number> => {
    const start = performance.now();
    for (let i = 0; i < copies; i++) gpu.copy(x, 0, y, 0, bytes / 4);
    await gpu.idle();
    return (performance.now() - start) / 1000;
  };
  await time(1);
  // Until the difference is long against the 10 ms or so within which the end of work is noticed.
  for (let copies = 8;; copies *= 4) {
    const difference = await time(copies) - await time(1);
    if (difference > 0.2 || copies >= 2 ** 17) return 2 * bytes * (copies - 1) / difference;
  }
}
