import type { Gpu } from "../../kernels/gpu/mod.ts";

/** Time and number of a kernel's dispatches in one pass. */
export interface KernelTime {
  readonly ms: number;
  readonly dispatches: number;
}

/**
 * GPU time of each kernel in `pass`, run `passes` times with each dispatch in a pass of its own; kernels are told apart by
 * their grids and inner sizes, and sorted by time. Needs timestamps.
 */
export async function byKernel(gpu: Gpu, passes: number, pass: () => void): Promise<[string, KernelTime][]> {
  const dispatch = gpu.dispatch.bind(gpu);
  const counts = new Map<string, number>();
  const apart: Gpu["dispatch"] = (kernel, bindings, params, workgroups) => {
    const { m, n, k } = params as Record<string, number>;
    const name = `${kernel.name} [${workgroups}]${k === undefined ? "" : ` m ${m} n ${n} k ${k}`}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    gpu.stage(name, () => dispatch(kernel, bindings, params, workgroups));
  };
  await gpu.stageSeconds();
  Object.defineProperty(gpu, "dispatch", { value: apart, configurable: true });
  try {
    for (let i = 0; i < passes; i++) {
      using _pass = gpu.scope();
      pass();
      gpu.flush();
    }
  } finally {
    Reflect.deleteProperty(gpu, "dispatch");
  }
  return [...await gpu.stageSeconds()]
    .map(([name, seconds]): [string, KernelTime] => [
      name,
      { ms: 1e3 * seconds / passes, dispatches: counts.get(name)! / passes },
    ])
    .sort(([, a], [, b]) => b.ms - a.ms);
}

/** Prints the times, the longest first, and their sum. */
export function printKernels(kernels: readonly [string, KernelTime][]): void {
  for (const [name, { ms, dispatches }] of kernels) {
    console.log(`${ms.toFixed(3).padStart(9)} ms ×${dispatches}  ${name}`);
  }
  console.log(`${kernels.reduce((sum, [, { ms }]) => sum + ms, 0).toFixed(3).padStart(9)} ms in all`);
}
