import type { Gpu } from "../gpu/mod.ts";
import type { Problem } from "./problem.ts";
import { type ThreadGrid, tileBytes, type TileShape } from "./tile.ts";

/** Invocations that share a row, and rows of one invocation. */
export const LANES = 8;
export const ROWS = 4;

/** Keys or queries that are in workgroup memory at a time for the weighted sums: a vec4 of each lane. */
export const CHUNK = 4 * LANES;

/**
 * How a workgroup of the flash backward works: it owns rows (keys, or queries), and walks over the others that see them.
 * Invocations form a grid of own / 4 by 8.
 */
export interface BackwardTile {
  /** Rows that a workgroup owns; a multiple of 8. */
  readonly own: number;
  /** Others per invocation in one score tile, 4 or 8; the tile has 8 times as many. */
  readonly others: number;
  /** Head elements that are in workgroup memory at a time for the scores. */
  readonly depth: number;
  /** Depth steps written out per loop turn; divides `depth` and 32. */
  readonly unroll: number;
  /** Whether what is multiplied next is loaded to registers meanwhile. */
  readonly prefetch: boolean;
}

/** "64×64 4×8 depth 32 unroll 8": a tile in kernel names and benchmarks. */
export function backwardTileName({ own, others, depth, unroll, prefetch }: BackwardTile): string {
  return `${own}×${LANES * others} ${ROWS}×${others} depth ${depth} unroll ${unroll}${prefetch ? " prefetch" : ""}`;
}

/** What follows from a tile and a head size. */
export interface BackwardGeometry {
  readonly threads: number;
  readonly otherTile: number;
  /** Head size filled up to whole depth chunks, for the scores. */
  readonly scoreDepth: number;
  /** Head size filled up to whole vec4s per lane, for the sums. */
  readonly outputWidth: number;
  readonly scores: ThreadGrid;
  readonly output: ThreadGrid;
  /** Own rows, or weights. */
  readonly rowsTile: TileShape;
  /** The others. */
  readonly columnsTile: TileShape;
}

/** Works out the geometry. */
export function backwardGeometry({ own, others, depth, unroll }: BackwardTile, headSize: number): BackwardGeometry {
  const filled = (n: number, multiple: number) => Math.ceil(n / multiple) * multiple;
  const down = own / ROWS;
  const outputWidth = filled(headSize, 4 * LANES);
  return {
    threads: down * LANES,
    otherTile: LANES * others,
    scoreDepth: filled(headSize, depth),
    outputWidth,
    scores: { down, across: LANES, rows: ROWS, columns: others },
    output: { down, across: LANES, rows: ROWS, columns: outputWidth / LANES },
    rowsTile: { depth: Math.max(depth, CHUNK), unroll, rows: own },
    columnsTile: { depth: Math.max(depth, CHUNK), unroll, rows: Math.max(LANES * others, outputWidth) },
  };
}

const plain = { depth: 32, unroll: 8 } as const;

/** Software is slow in compiling, not in loops. */
const software: BackwardTile = { own: 64, others: 4, depth: 32, unroll: 2, prefetch: false };
/** Fits into the limits that every WebGPU device has. */
const few: BackwardTile = { own: 32, others: 4, ...plain, prefetch: false };
const some: BackwardTile = { own: 32, others: 8, ...plain, prefetch: true };
const many: BackwardTile = { own: 64, others: 8, ...plain, prefetch: true };
/** Sums of wide heads take so many registers that fewer scores, and nothing loaded ahead, must do. */
const wide: BackwardTile = { own: 64, others: 4, ...plain, prefetch: false };

/** Processors of a large GPU (an H200 has 132), and what should find place on each. WebGPU does not tell. */
const PLACES = 2 * 132;

function ownGroups(p: Problem, own: number): number {
  return (Math.ceil(p.queries / own) + Math.ceil(p.keys / own)) * p.batch * p.heads;
}

/** The tile for a problem on this device: half the rows where whole ones would not fill it. Not timed yet. */
export function backwardTile(gpu: Gpu, p: Problem): BackwardTile {
  if (gpu.adapter.isSoftware) return software;
  const full = p.headSize > 64 ? wide : many;
  const half = p.headSize > 64 ? few : some;
  const wanted = ownGroups(p, full.own) < PLACES ? half : full;
  const { rowsTile, columnsTile, otherTile } = backwardGeometry(wanted, p.headSize);
  const bytes = tileBytes(rowsTile) + tileBytes(columnsTile) + 8 * otherTile;
  return bytes <= gpu.limits.maxComputeWorkgroupStorageSize ? wanted : few;
}

/** Parts in which a workgroup's walk is done by several, for keys and for queries. */
export interface BackwardParts {
  readonly keys: number;
  readonly queries: number;
}

/** Tiles that a part walks over, at least: fewer would not be worth another dispatch that adds the parts up. */
const LEAST_WALK = 8;

/**
 * Parts such that no walk takes much longer than all walks, spread over the device, would: few queries against many keys
 * would otherwise be a handful of long ones.
 */
export function backwardParts(gpu: Gpu, p: Problem, tile: BackwardTile): BackwardParts {
  if (gpu.adapter.isSoftware) return { keys: 1, queries: 1 };
  const { otherTile } = backwardGeometry(tile, p.headSize);
  const pairs = p.batch * p.heads;
  const walk = (others: number) => Math.ceil(Math.min(others, tile.own + p.left + p.right) / otherTile);
  const groups = (own: number) => Math.ceil(own / tile.own) * pairs;
  const work = groups(p.keys) * walk(p.queries) + groups(p.queries) * walk(p.keys);
  const share = Math.max(LEAST_WALK, 2 * work / PLACES);
  const parts = (tiles: number) => Math.max(1, Math.round(tiles / share));
  return { keys: parts(walk(p.queries)), queries: parts(walk(p.keys)) };
}
