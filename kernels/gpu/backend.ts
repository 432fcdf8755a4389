import { GpuError } from "./errors.ts";

/** A WebGPU implementation: Deno's own (wgpu), or Dawn through the npm package `webgpu`. */
export type BackendName = "deno" | "dawn";

/** The entry point of an implementation, as `navigator.gpu` is Deno's. */
export async function backend(name: BackendName): Promise<GPU> {
  if (name === "deno") {
    if (!navigator.gpu) {
      throw new GpuError("no-adapter", "this Deno has no WebGPU: use Deno 2.9 or later (./denow fetches it)");
    }
    return navigator.gpu;
  }
  try {
    const { create } = await import("webgpu");
    // Dawn's types come from another package than Deno's, but describe the same standard.
    return create([]) as unknown as GPU;
  } catch (error) {
    throw new GpuError("no-adapter", `Dawn does not load: ${firstLine(error)}; use --gpu deno`);
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0];
}
