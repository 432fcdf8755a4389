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

/** Chunks of up to so many steps are allowed once there are so many invocations, each with a chunk of one channel. */
const GROWTH = [{ chunk: 64, invocations: 262144 }, { chunk: 128, invocations: 524288 }] as const;

/** Chunks of a sequence from which on the carry pass takes more of them side by side. */
const MANY_CHUNKS = 128;

/**
 * Chunks are as long as filling the GPU allows, for each costs a state in memory and a step of the carry, but not longer
 * than 128 steps: more cost up to a sixth (H200). A short sequence or a software adapter, which has no lanes to fill,
 * takes one pass and computes each decay once.
 */
export function scanPlan(gpu: Gpu, batch: number, length: number, channels: number): ScanPlan {
  const tile = 32;
  const parallel = Math.max(1, batch * channels);
  const longest = GROWTH.map(({ chunk, invocations }) => Math.min(chunk, length * parallel / invocations));
  const chunk = Math.ceil(Math.max(1, ...longest) / tile) * tile;
  const once = gpu.adapter.isSoftware || length <= 2 * chunk;
  return {
    chunk: once ? Math.max(1, length) : chunk,
    threads: channels >= 128 && !gpu.adapter.isSoftware ? 128 : 64,
    tile,
    unrolled: 4,
    segments: length >= MANY_CHUNKS * chunk ? 16 : 4,
  };
}
