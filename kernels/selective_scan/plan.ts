import type { Gpu } from "../gpu/mod.ts";

/** How one scan is cut up. */
export interface ScanPlan {
  /** Steps a chunk; at least the sequence's length means one pass without chunks. */
  readonly chunk: number;
  /** Invocations a workgroup, one channel each. */
  readonly threads: number;
  /** Steps whose B and C lie in workgroup memory at once; a multiple of `unrolled`. */
  readonly tile: number;
  /** Steps written out in the loop's body, whose loads are issued together. */
  readonly unrolled: number;
  /** How many groups of chunks the carry pass takes side by side. */
  readonly segments: number;
}

/** Invocations that fill a large GPU while each keeps its own state in registers. */
const ENOUGH = 131072;
const SHORTEST_CHUNK = 32;

/**
 * Chunks are as long as filling the GPU allows (each costs a state in memory and a step of the carry), and a short
 * sequence or a software adapter, which has no lanes to fill, takes one pass and computes each decay once.
 */
export function scanPlan(gpu: Gpu, batch: number, length: number, channels: number): ScanPlan {
  const tile = 32;
  const parallel = Math.max(1, batch * channels);
  const wanted = Math.max(SHORTEST_CHUNK, Math.ceil(length * parallel / ENOUGH));
  const chunk = Math.ceil(wanted / tile) * tile;
  const once = gpu.adapter.isSoftware || length <= 2 * chunk;
  return {
    chunk: once ? Math.max(1, length) : chunk,
    threads: channels >= 128 && !gpu.adapter.isSoftware ? 128 : 64,
    tile,
    unrolled: 4,
    segments: 8,
  };
}
