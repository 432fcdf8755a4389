import type { GradientTarget } from "../gpu/mod.ts";

/** Consecutive rows of partial sums, and where their sum belongs; nowhere if it is not wanted. */
export interface PartialRows {
  readonly rows: number;
  readonly target: GradientTarget | undefined;
}

/** Those whose sum is wanted, with their first row. */
export interface Block {
  readonly row: number;
  readonly rows: number;
  readonly target: GradientTarget;
}

/** Threads of a workgroup that adds up partial sums. */
export const THREADS = 256;
/** Loads of a thread that are under way at once. */
export const AT_ONCE = 4;
/** Parts from which on several threads share the parts of an element. */
const MANY_PARTS = 16;
const SLICES = 8;

/** How many threads share the parts of an element: it decides the order in which they are added. */
export function slicesFor(parts: number): number {
  return parts >= MANY_PARTS ? SLICES : 1;
}

/** The blocks whose sums are wanted. */
export function wantedBlocks(blocks: readonly PartialRows[]): Block[] {
  let row = 0;
  return blocks.flatMap(({ rows, target }) => {
    const block = target && { row, rows, target };
    row += rows;
    return block ? [block] : [];
  });
}
