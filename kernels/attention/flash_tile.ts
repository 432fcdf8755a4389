import type { Gpu } from "../gpu/mod.ts";
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
  /** Whether the queries stay in workgroup memory, or are read again (from cache) for every key tile. */
  readonly resident: boolean;
}

/** "128q×64k 8×8 depth 32": a tile in kernel names and benchmarks. */
export function tileName(tile: FlashTile): string {
  return `${tile.queries}q×${tile.lanes * tile.keys}k ${tile.rows}×${tile.keys} depth ${tile.depth} ` +
    `chunk ${tile.chunk} unroll ${tile.unroll}${tile.resident ? " resident" : ""}`;
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
  /** Queries (unless resident) or attention weights. */
  readonly rowsTile: TileShape;
  /** Keys or values. */
  readonly columnsTile: TileShape;
  /** Queries, where resident. */
  readonly queryTile: TileShape;
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
    rowsTile: { depth: tile.resident ? chunk : Math.max(depth, chunk), unroll, rows: queries },
    columnsTile: { depth: Math.max(depth, chunk), unroll, rows: Math.max(lanes * keys, outputWidth) },
    queryTile: { depth: scoreDepth, unroll, rows: queries },
  };
}

/** Workgroup memory of the flash kernel in bytes. */
export function flashBytes(tile: FlashTile, headSize: number): number {
  const { rowsTile, columnsTile, queryTile } = geometry(tile, headSize);
  return tileBytes(rowsTile) + tileBytes(columnsTile) + (tile.resident ? tileBytes(queryTile) : 0) + 4 * tile.queries;
}

/** Tiles by the number of queries; `wide` ones are for heads of more than 64. */
const narrow = {
  few: { queries: 8, rows: 4, lanes: 16, keys: 4, depth: 32, chunk: 32, unroll: 8, resident: false },
  some: { queries: 32, rows: 4, lanes: 8, keys: 8, depth: 32, chunk: 32, unroll: 8, resident: false },
  many: { queries: 128, rows: 8, lanes: 8, keys: 8, depth: 32, chunk: 32, unroll: 8, resident: false },
} as const satisfies Record<string, FlashTile>;
const wide = {
  few: { queries: 8, rows: 4, lanes: 16, keys: 4, depth: 32, chunk: 32, unroll: 8, resident: false },
  some: { queries: 32, rows: 4, lanes: 16, keys: 4, depth: 32, chunk: 32, unroll: 8, resident: false },
  many: { queries: 128, rows: 8, lanes: 16, keys: 4, depth: 32, chunk: 32, unroll: 8, resident: false },
} as const satisfies Record<string, FlashTile>;

/** The tile for a number of queries and a head size on this device. */
export function flashTile(gpu: Gpu, queries: number, headSize: number): FlashTile {
  const tiles = headSize > 64 ? wide : narrow;
  const wanted = queries <= 8 ? tiles.few : queries <= 64 || gpu.adapter.isSoftware ? tiles.some : tiles.many;
  const fits = flashBytes(wanted, headSize) <= gpu.limits.maxComputeWorkgroupStorageSize &&
    geometry(wanted, headSize).threads <= gpu.limits.maxComputeInvocationsPerWorkgroup;
  return fits ? wanted : tiles.few;
}
