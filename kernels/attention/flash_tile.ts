import type { Gpu } from "../gpu/mod.ts";
import type { Problem } from "./problem.ts";
import { type ThreadGrid, tileBytes, type TileShape } from "./tile.ts";

/** How one workgroup of the flash kernel works. Invocations form a grid of queries / rows by `lanes`. */
export interface FlashTile {
  /** Queries per workgroup. */
  readonly queries: number;
  /** Queries per invocation: 4 or 8. */
  readonly rows: number;
  /** Invocations that share a query. */
  readonly lanes: number;
  /** Keys per invocation in one score tile, 4 or 8; the tile has lanes × keys keys. */
  readonly keys: number;
  /** Head elements that are in workgroup memory at a time for the scores. */
  readonly depth: number;
  /** Keys that are in workgroup memory at a time for the weighted sum: lanes × 1, 2 or 4. */
  readonly chunk: number;
  /** Depth steps written out per loop turn; divides `depth` and `chunk`. */
  readonly unroll: number;
  /** Whether the next keys or values are loaded to registers while the current ones are multiplied. */
  readonly prefetch: boolean;
}

/** "128q×64k 8×8 depth 32": a tile in kernel names and benchmarks. */
export function tileName(tile: FlashTile): string {
  return `${tile.queries}q×${tile.lanes * tile.keys}k ${tile.rows}×${tile.keys} depth ${tile.depth} ` +
    `chunk ${tile.chunk} unroll ${tile.unroll}${tile.prefetch ? " prefetch" : ""}`;
}

/** What follows from a tile and a head size. */
export interface FlashGeometry {
  readonly threads: number;
  readonly keyTile: number;
  /** Head size filled up to whole depth chunks, for the scores. */
  readonly scoreDepth: number;
  /** Head size filled up to whole vec4s per lane, for the output. */
  readonly outputWidth: number;
  readonly scores: ThreadGrid;
  readonly output: ThreadGrid;
  /** Queries or attention weights. */
  readonly rowsTile: TileShape;
  /** Keys or values. */
  readonly columnsTile: TileShape;
}

/** Works out the geometry. */
export function geometry(tile: FlashTile, headSize: number): FlashGeometry {
  const { queries, rows, lanes, keys, depth, chunk, unroll } = tile;
  const filled = (n: number, multiple: number) => Math.ceil(n / multiple) * multiple;
  const scoreDepth = filled(headSize, depth);
  const outputWidth = filled(headSize, 4 * lanes);
  const down = queries / rows;
  return {
    threads: down * lanes,
    keyTile: lanes * keys,
    scoreDepth,
    outputWidth,
    scores: { down, across: lanes, rows, columns: keys },
    output: { down, across: lanes, rows, columns: outputWidth / lanes },
    rowsTile: { depth: Math.max(depth, chunk), unroll, rows: queries },
    columnsTile: { depth: Math.max(depth, chunk), unroll, rows: Math.max(lanes * keys, outputWidth) },
  };
}

/** Workgroup memory of the flash kernel in bytes. */
function flashBytes(tile: FlashTile, headSize: number): number {
  const { rowsTile, columnsTile } = geometry(tile, headSize);
  return tileBytes(rowsTile) + tileBytes(columnsTile) + 4 * tile.queries;
}

const plain = { depth: 32, chunk: 32, unroll: 8, prefetch: false } as const;

/** Tiles by the number of queries; `wide` ones are for heads of more than 64. */
const few: FlashTile = { queries: 8, rows: 4, lanes: 16, keys: 4, ...plain };
const narrow = {
  some: { queries: 32, rows: 4, lanes: 8, keys: 8, ...plain },
  many: { queries: 128, rows: 4, lanes: 8, keys: 8, ...plain },
  most: { queries: 256, rows: 8, lanes: 8, keys: 8, ...plain },
} as const satisfies Record<string, FlashTile>;
const wide = {
  some: { queries: 32, rows: 4, lanes: 16, keys: 4, ...plain },
  many: { queries: 128, rows: 8, lanes: 16, keys: 4, ...plain },
  most: { queries: 128, rows: 8, lanes: 16, keys: 4, ...plain },
} as const satisfies Record<string, FlashTile>;

/** Keys that a query must see before the tile with most queries pays for its beginning, end and hidden scores. */
const MANY_KEYS = 2048;

/** Processors of a large GPU (an H200 has 132): WebGPU does not tell. */
const PROCESSORS = 132;

/** 32-bit registers of one, and what an invocation needs besides its sums. */
const REGISTERS = 65536;
const OTHER_REGISTERS = 64;

/** Workgroups for all queries, with the keys in one part. */
function queryGroups(p: Problem, tile: FlashTile): number {
  return Math.ceil(p.queries / tile.queries) * p.heads * p.batch;
}

/** Keys that a workgroup walks over, at most. */
function seenKeys(p: Problem, tile: FlashTile): number {
  return Math.min(p.keys, tile.queries + p.left + p.right);
}

/** The tile for a problem on this device. Prefetching paid for every tile timed on an H200; software gains nothing. */
export function flashTile(gpu: Gpu, p: Problem): FlashTile {
  const tiles = p.headSize > 64 ? wide : narrow;
  const wanted = p.queries <= 8
    ? few
    : p.queries <= 64 || gpu.adapter.isSoftware
    ? tiles.some
    : Math.min(p.keys, p.left + p.right) < MANY_KEYS || queryGroups(p, tiles.most) < 0.8 * PROCESSORS
    ? tiles.many
    : tiles.most;
  const fits = flashBytes(wanted, p.headSize) <= gpu.limits.maxComputeWorkgroupStorageSize &&
    geometry(wanted, p.headSize).threads <= gpu.limits.maxComputeInvocationsPerWorkgroup;
  return { ...(fits ? wanted : few), prefetch: !gpu.adapter.isSoftware };
}

/** What a part costs in key tiles: its beginning and end, and its share of the second dispatch. */
const PART_ENDS = 2;
const PART_COMBINED = 0.19;

/**
 * Parts into which the keys are split: so many that the device is filled, and that the last round of workgroups leaves
 * few processors idle.
 */
export function flashParts(gpu: Gpu, p: Problem, tile: FlashTile): number {
  const { keyTile, threads, scores, output } = geometry(tile, p.headSize);
  const tiles = Math.ceil(seenKeys(p, tile) / keyTile);
  const groups = Math.max(1, queryGroups(p, tile));
  if (gpu.adapter.isSoftware) return Math.max(1, Math.min(Math.ceil(8 / groups), Math.floor(tiles / 4)));
  const registers = tile.rows * (scores.columns + output.columns) + OTHER_REGISTERS;
  const places = PROCESSORS * Math.max(1, Math.floor(REGISTERS / (registers * threads)));
  let best = 1;
  let least = Infinity;
  for (let parts = 1; parts <= Math.max(1, tiles / 2); parts++) {
    const rounds = Math.ceil(groups * parts / places);
    const cost = rounds * (Math.ceil(tiles / parts) + PART_ENDS) + (parts > 1 ? PART_COMBINED * parts : 0);
    if (cost < least) [best, least] = [parts, cost];
  }
  return best;
}
