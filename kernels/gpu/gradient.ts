import { GpuError } from "./errors.ts";
import type { Tensor } from "./tensor.ts";

/** A gradient in the making: columns that were written, as [start, end), in order and apart. */
export interface Gradient {
  readonly tensor: Tensor;
  written: readonly (readonly [number, number])[];
}

/** Notes that columns [start, end) are written; answers whether they were before. Throws where some were and some not. */
export function markWritten(gradient: Gradient, start: number, end: number): boolean {
  if (gradient.written.some(([s, e]) => s <= start && end <= e)) return true;
  if (gradient.written.some(([s, e]) => s < end && start < e)) {
    throw new GpuError("invalid", `columns ${start}..${end} of a gradient are written in part: ${gradient.written}`);
  }
  const joined: [number, number][] = [];
  for (const [s, e] of [...gradient.written, [start, end] as const].toSorted(([a], [b]) => a - b)) {
    const last = joined.at(-1);
    if (last && last[1] === s) last[1] = e;
    else joined.push([s, e]);
  }
  gradient.written = joined;
  return false;
}
