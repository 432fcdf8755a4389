import type { Gpu } from "../gpu/mod.ts";
import { unroll } from "../gpu/mod.ts";

/** Code of one workgroup over the elements of a row, of which each invocation has every `threads`-th. */
export interface RowElements {
  /** Reads the row, where it is kept in registers. */
  readonly load: string;
  /** `write`'s code for each element: `index` is its place in the row, `of(array)` its value. */
  each(write: (index: string, of: (array: string) => string) => string): string;
}

/** Invocations for a row of `n`, a power of two of at least 32: about four elements each where the device has so many. */
export function rowThreads(gpu: Gpu, n: number): number {
  const widest = Math.min(1024, gpu.limits.maxComputeInvocationsPerWorkgroup, gpu.limits.maxComputeWorkgroupSizeX);
  let threads = 32;
  while (threads * 2 <= widest && threads * 4 < n) threads *= 2;
  return threads;
}

/** Elements that an invocation of `threads` keeps in registers: all of its own up to `most`, rounded up to few variants; else 0. */
export function rowRegisters(n: number, threads: number, most: number): number {
  const each = Math.ceil(n / threads);
  return each <= most ? 2 ** Math.ceil(Math.log2(Math.max(1, each))) : 0;
}

/**
 * The elements of row `start` … `start + params.width − 1` of `arrays` (bindings of f32), `kept` of each in registers or, where
 * that is 0, read again at each mention. `local` is the invocation's index.
 */
export function rowElements(threads: number, kept: number, arrays: readonly string[]): RowElements {
  if (kept === 0) {
    return {
      load: "",
      each: (write) =>
        `for (var i = local; i < params.width; i += ${threads}u) { ${write("i", (array) => `${array}[start + i]`)} }`,
    };
  }
  const index = (i: number) => `(local + ${i * threads}u)`;
  return {
    load: unroll(kept, (i) => `
  ${arrays.map((array) => `var ${array}_${i} = 0.0;`).join(" ")}
  if (${index(i)} < params.width) { ${arrays.map((a) => `${a}_${i} = ${a}[start + ${index(i)}];`).join(" ")} }`),
    each: (write) =>
      unroll(kept, (i) => `if (${index(i)} < params.width) { ${write(index(i), (array) => `${array}_${i}`)} }`),
  };
}
