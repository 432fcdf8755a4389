import type { Gpu } from "../gpu/mod.ts";

/**
 * How tiles of the operands come from memory. `plain`: load, store to workgroup memory, compute. `prefetch`: the next
 * tile is loaded to registers before the current one is multiplied. `double`: and stored to a second buffer, which
 * saves one of two barriers.
 */
export type Pipelining = "plain" | "prefetch" | "double";

/** A workgroup computes m × n outputs from slices of k; each thread rows × columns of them. All are powers of two. */
export interface Tile {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Outputs of one thread. Multiples of 4. */
  readonly rows: number;
  readonly columns: number;
  readonly pipelining: Pipelining;
}

/** "128x128x16 8x8 double": a tile as it stands in names of kernels and benchmarks. */
export function tileName({ m, n, k, rows, columns, pipelining }: Tile): string {
  return `${m}x${n}x${k} ${rows}x${columns} ${pipelining}`;
}

/** Threads of a workgroup. */
export function tileThreads(tile: Tile): number {
  return (tile.m / tile.rows) * (tile.n / tile.columns);
}

/** Bytes of workgroup memory. */
export function tileBytes(tile: Tile): number {
  return (tile.pipelining === "double" ? 8 : 4) * tile.k * (tile.m + tile.n);
}

/** Workgroups for `batch` products of m × n outputs. */
export function tileCount(tile: Tile, m: number, n: number, batch: number): number {
  return Math.ceil(m / tile.m) * Math.ceil(n / tile.n) * batch;
}

function tile(m: number, n: number, k: number, rows: number, columns: number, pipelining: Pipelining): Tile {
  return { m, n, k, rows, columns, pipelining };
}

/** A tile to choose, and how it fills a processor. */
export interface Choice {
  readonly tile: Tile;
  /** Share of the fastest one's speed when the device is full. */
  readonly speed: number;
  /** Workgroups that a processor works on at once, each then taking its share of it. */
  readonly together: number;
  /** What a workgroup that has a processor to itself takes, in such shares: it cannot use the whole. */
  readonly alone: number;
}

/**
 * Tiles to choose from. The figures are fitted to times on an H200; `tools/tiles/loss.ts` tells how much longer the tiles
 * that they choose took than the best that were timed.
 */
export const TILES: readonly Choice[] = [
  { tile: tile(128, 64, 16, 8, 8, "prefetch"), speed: 1, together: 3, alone: 2 },
  { tile: tile(64, 64, 16, 8, 8, "prefetch"), speed: 0.98, together: 6, alone: 2 },
  { tile: tile(64, 32, 32, 4, 4, "prefetch"), speed: 0.84, together: 8, alone: 1 },
  { tile: tile(32, 32, 32, 4, 4, "double"), speed: 0.48, together: 8, alone: 1 },
];

/** The same for software adapters, which run a workgroup's threads in turn: shallow tiles compile faster. */
const SOFTWARE_TILES: readonly Choice[] = [
  { tile: tile(64, 64, 8, 8, 8, "plain"), speed: 1, together: 1, alone: 1 },
  { tile: tile(32, 32, 8, 8, 4, "plain"), speed: 0.7, together: 1, alone: 1 },
];

/** Processors of a large GPU (an H200 has 132): WebGPU does not tell. A smaller one is only filled more often. */
const PROCESSORS = 132;

/**
 * The tile that should finish first: shares of a processor's time × work of a tile ÷ its speed. Few large tiles leave
 * processors idle or hardly used at the end, small ones load each operand more often.
 */
export function chooseTile(gpu: Gpu, m: number, n: number, batch: number): Tile {
  const { choices, processors } = choicesFor(gpu);
  let best = choices[choices.length - 1].tile;
  let least = Infinity;
  for (const choice of choices) {
    const { tile, speed } = choice;
    const cost = shares(choice, tileCount(tile, m, n, batch) / processors) * tile.m * tile.n / speed;
    if (cost < least) [best, least] = [tile, cost];
  }
  return best;
}

/** The tiles that fit a device, and how many processors it is taken to have. */
export function choicesFor(gpu: Gpu): { choices: readonly Choice[]; processors: number } {
  const [all, processors] = gpu.adapter.isSoftware ? [SOFTWARE_TILES, 2] : [TILES, PROCESSORS];
  const choices = all.filter(({ tile }) => tileBytes(tile) <= gpu.limits.maxComputeWorkgroupStorageSize);
  return { choices: choices.length > 0 ? choices : all.slice(-1), processors };
}

/** Shares of its time that a processor needs for so many workgroups: full rounds, then a last one. */
export function shares({ together, alone }: Choice, workgroups: number): number {
  const full = together * Math.floor(workgroups / together);
  const rest = workgroups - full;
  return full + (rest > 1 ? Math.ceil(rest) : rest > 0 ? alone : 0);
}

/** The ladder's rungs with everything unrolled, at one tile so that they compare. */
export const LADDER_TILES: readonly Tile[] = (["plain", "prefetch", "double"] as const)
  .map((pipelining) => tile(128, 64, 16, 8, 8, pipelining));
