import { GpuError } from "./errors.ts";
import type { Kernel } from "./kernel.ts";
import { ALIGNMENT } from "./pool.ts";
import { byteLength, type Tensor } from "./tensor.ts";

/** Bytes that a tensor's binding spans: rounded up so that vec4 arrays see their last, partly used element. */
export function boundBytes(bytes: number): number {
  return Math.max(16, Math.ceil(bytes / 16) * 16);
}

/**
 * Binds tensors to a kernel's buffers, from binding 1 on (0 is for the parameters). Throws where one is missing, starts
 * at a byte that no binding may, or shares its buffer with another while one of the two is written.
 */
export function bindTensors(kernel: Kernel, tensors: Readonly<Record<string, Tensor>>): GPUBindGroupEntry[] {
  const written = new Set<GPUBuffer>();
  const seen = new Set<GPUBuffer>();
  return Object.entries(kernel.bindings).map(([name, { access }], i) => {
    const tensor = tensors[name];
    if (!tensor) throw new GpuError("invalid", `kernel ${kernel.name}: nothing is bound to ${name}`);
    const { buffer, offset } = tensor;
    if (written.has(buffer) || (access === "read_write" && seen.has(buffer))) {
      throw new GpuError("invalid", `kernel ${kernel.name}: ${name} is bound twice, once for writing`);
    }
    if (offset % ALIGNMENT !== 0) {
      throw new GpuError(
        "invalid",
        `kernel ${kernel.name}: ${name} starts at byte ${offset}, not a multiple of ${ALIGNMENT}`,
      );
    }
    seen.add(buffer);
    if (access === "read_write") written.add(buffer);
    return { binding: i + 1, resource: { buffer, offset, size: boundBytes(byteLength(tensor)) } };
  });
}
