import type { Gpu } from "../gpu/mod.ts";
import { choicesFor, shares, type Tile, tileCount } from "./tile.ts";

/** A sum over k cut into `splits` of `chunk` steps of the tile's k each, which add up to `steps` at least. */
export interface Split {
  readonly tile: Tile;
  readonly splits: number;
  readonly chunk: number;
}

/** A sum of products to be split: see `ProductSum`. */
export interface SplitShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batch: number;
  readonly parts: number;
}

/** What a workgroup's beginning and end take, in steps of k. Assumed, not fitted. */
const OVERHEAD_K = 48;
/**
 * What writing and reading again one partial sum takes, in multiplications of one processor among many: 8 bytes at 2 TB/s
 * beside 40 TFLOP/s. Assumed, not fitted.
 */
const PARTIAL_COST = 0.6;

/**
 * How to cut a sum over a long k whose result is too small to fill the device: the tile and the number of splits that should
 * finish first, by `chooseTile`'s measure and two more terms: a workgroup costs something before and after its steps, and the
 * partial sums are written and read again. No split is empty.
 */
export function chooseSplit(gpu: Gpu, { m, n, k, batch, parts }: SplitShape): Split {
  const { choices, processors } = choicesFor(gpu);
  const most = Math.max(1, Math.floor(gpu.limits.maxStorageBufferBindingSize / (4 * (m + 1) * n * batch)));
  let best: Split | undefined;
  let least = Infinity;
  for (const choice of choices) {
    const { tile, speed, together } = choice;
    const steps = parts * Math.ceil(k / tile.k);
    const tiles = tileCount(tile, m, n, batch);
    for (let round = 0; round <= 3 * together; round++) {
      const split = splitInto(tile, steps, Math.min(most, Math.floor(round * processors / tiles)));
      const work = tile.m * tile.n * (split.chunk * tile.k + OVERHEAD_K) / speed;
      const cost = shares(choice, tiles * split.splits / processors) * work +
        (split.splits > 1 ? PARTIAL_COST * split.splits * m * n * batch : 0);
      if (cost < least) [best, least] = [split, cost];
    }
  }
  return best!;
}

/** A tile's `steps` in about so many splits, each of which has one to take. */
export function splitInto(tile: Tile, steps: number, splits: number): Split {
  const chunk = Math.max(1, Math.ceil(steps / Math.max(1, splits)));
  return { tile, chunk, splits: Math.max(1, Math.ceil(steps / chunk)) };
}
