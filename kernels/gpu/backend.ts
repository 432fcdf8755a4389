import { GpuError } from "./errors.ts";

// Behind a constant: of a literal `import("webgpu")` Deno would fetch 130 MB before any command runs.
const DAWN = "webgpu";

// Dawn's devices do not hold their instance: collected as garbage, it is freed under them and the process crashes.
let dawn: GPU | undefined;

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
    const { create }: { create(flags: string[]): GPU } = await import(DAWN);
    // Dawn rounds timestamps to 100 µs for privacy unless told not to.
    return dawn ??= create(["enable-dawn-features=allow_unsafe_apis", "disable-dawn-features=timestamp_quantization"]);
  } catch (error) {
    throw new GpuError("no-adapter", `Dawn does not load: ${firstLine(error)}; use --gpu deno`);
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0];
}
