import type { Limits } from "./adapter.ts";
import { boundBytes } from "./bindings.ts";
import { formatBytes, GpuError } from "./errors.ts";
import type { ElementType } from "./tensor.ts";

/**
 * Bytes that a tensor of this shape takes. Throws a RangeError where no tensor has the shape, and GpuError "over-limit" where
 * the device cannot bind it.
 */
export function tensorBytes(
  shape: readonly number[],
  type: ElementType,
  { maxStorageBufferBindingSize, maxBufferSize }: Limits,
): number {
  const elements = shape.reduce((product, n) => product * n, 1);
  if (!Number.isInteger(elements) || elements < 0) {
    throw new RangeError(`no tensor has the shape [${shape.join(", ")}]`);
  }
  const bytes = elements * 4;
  const limit = Math.min(maxStorageBufferBindingSize, maxBufferSize);
  if (boundBytes(bytes) > limit) {
    const what = `a tensor ${type} [${shape.join(", ")}] takes ${formatBytes(bytes)}`;
    const remedy = "use shorter audio, a smaller batch or a smaller model";
    throw new GpuError("over-limit", `${what}, but this adapter binds at most ${formatBytes(limit)}: ${remedy}`);
  }
  return bytes;
}
