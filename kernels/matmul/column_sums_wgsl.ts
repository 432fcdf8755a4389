import { joined } from "../gpu/mod.ts";
import { type Tile, tileThreads } from "./tile.ts";

/**
 * WGSL that ends a split with the sums of B's columns over its k, as one more row behind the product's: each thread has
 * added up what it loaded (b_sum), always of the same four columns, since a tile's quads divide its threads. The sums of a
 * column meet in workgroup memory, in the same order every time. The first row of workgroups writes.
 */
export function columnSumsWgsl(tile: Tile, vectorY: boolean): string {
  const quads = tile.n / 4;
  const groups = tileThreads(tile) / quads;
  const at = (g: number) => `tile_b[0][${g >> 2}][${g % 4}][local]`;
  return `
  workgroupBarrier();
  tile_b[0][b_k0 / 4u][b_k0 % 4u][b_e0] = b_sum;
  workgroupBarrier();
  let column = column0 + 4u * local;
  if (row0 == 0u && local < ${quads}u && column < params.n) {
    let total = ${joined(groups, " + ", at)};
    let at = params.y_offset + batch * params.y_batch + params.m * params.y_stride + column;
    ${
    vectorY ? "y[at / 4u] = total;" : joined(
      4,
      "\n    ",
      (j) => `if (column + ${j}u < params.n) { y[at + ${j}u] = total.${"xyzw"[j]}; }`,
    )
  }
  }`;
}
