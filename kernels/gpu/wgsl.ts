/**
 * Helpers to write WGSL from TypeScript. Loops and indexed private arrays are what costs in naga-compiled WGSL (each
 * loop gets a bounding counter, each array access a clamp), so inner loops are written out and accumulators get names.
 */

/** `write(0) … write(count - 1)`, a line each: an unrolled loop. */
export function unroll(count: number, write: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => write(i)).join("\n");
}

/** The same over two indices, row by row. */
export function unroll2(rows: number, columns: number, write: (row: number, column: number) => string): string {
  return unroll(rows, (row) => unroll(columns, (column) => write(row, column)));
}

/** `join(" + ", …)` and the like over an index: "a0 + a1 + a2". */
export function joined(count: number, separator: string, write: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => write(i)).join(separator);
}

/**
 * Tree reduction of one value per invocation through workgroup memory `array`, leaving the result in `array[0]`. `size`
 * is the workgroup's (a power of two), `local` the invocation's index in it, `combine` e.g. (a, b) => `${a} + ${b}`.
 */
export function reduceWorkgroup(
  array: string,
  local: string,
  size: number,
  combine: (a: string, b: string) => string,
): string {
  const steps: string[] = ["workgroupBarrier();"];
  for (let half = size / 2; half >= 1; half /= 2) {
    steps.push(
      `if (${local} < ${half}u) { ${array}[${local}] = ${
        combine(`${array}[${local}]`, `${array}[${local} + ${half}u]`)
      }; }`,
      "workgroupBarrier();",
    );
  }
  return steps.join("\n");
}

/** `source` with line numbers, and a few lines around `line` (1-based) when it is known: how shader errors are shown. */
export function numbered(source: string, line?: number, around = 6): string {
  const lines = source.split("\n");
  const from = line === undefined ? 0 : Math.max(0, line - 1 - around);
  const to = line === undefined ? lines.length : Math.min(lines.length, line + around);
  return lines.slice(from, to)
    .map((text, i) => `${from + i + 1 === line ? ">" : " "}${String(from + i + 1).padStart(5)} | ${text}`)
    .join("\n");
}
