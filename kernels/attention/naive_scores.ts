import { type Gpu, kernel, read, type Tensor, unroll, variants, write } from "../gpu/mod.ts";
import {
  lengthBindings,
  type Problem,
  problemLengths,
  problemParams,
  problemValues,
  queryScale,
  visibility,
} from "./problem.ts";
import {
  addProduct,
  atOnce,
  declareAccumulators,
  declarePlace,
  declareTile,
  entry,
  type ThreadGrid,
  type TileShape,
  transposed,
} from "./tile.ts";

/** Scores of some (sequence, head) pairs: [pairs, Tq, stride], rows filled up to whole vec4s. */
export interface Scores {
  readonly tensor: Tensor;
  /** The first pair, of b · heads + head. */
  readonly firstPair: number;
  readonly pairs: number;
}

/** How the two products of the naive form are tiled. */
export interface NaiveTile {
  /** Queries per workgroup: with as many keys for the scores, with a head's whole width for the weighted sum. */
  readonly queries: number;
  /** Queries per invocation, 4 or 8; as many keys for the scores. */
  readonly rows: number;
}

const params = { ...problemParams, scale: "f32", groups: "u32", first_pair: "u32" } as const;

function groupsOf(p: Problem, size: number, scores: Scores): number {
  return Math.ceil(p.queries / size) * Math.ceil(p.keys / size) * scores.pairs;
}

/** Fills `scores` with q·kᵀ in base 2 (see `queryScale`), hidden ones included. */
export function scoreProducts(gpu: Gpu, p: Problem, { queries: size, rows }: NaiveTile, scores: Scores): void {
  const groups = groupsOf(p, size, scores);
  gpu.dispatch(
    scoresKernel(p.headSize, size, rows),
    { q: p.q.tensor, k: p.k.tensor, ...problemLengths(p), scores: scores.tensor },
    { ...problemValues(p), scale: queryScale(p), groups, first_pair: scores.firstPair },
    gpu.grid(groups),
  );
}

/**
 * Turns softmax weights P into the gradient of q·kᵀ in place: P ∘ (dy·vᵀ − D) / √dh, where D = rowsum(dy ∘ y) is the
 * second half of `stats` (see `rowStats`). Zero for hidden keys, as their weights are, and anything where queries are padding.
 */
export function scoreGradients(
  gpu: Gpu,
  p: Problem,
  { queries: size, rows }: NaiveTile,
  scores: Scores,
  dy: Tensor,
  stats: Tensor,
): void {
  const groups = groupsOf(p, size, scores);
  gpu.dispatch(
    gradientKernel(p.headSize, size, rows),
    { dy, v: p.v.tensor, stats, ...problemLengths(p), scores: scores.tensor },
    { ...problemValues(p), scale: 1 / Math.sqrt(p.headSize), groups, first_pair: scores.firstPair },
    gpu.grid(groups),
  );
}

const scoresKernel = variants((headSize: number, size: number, perThread: number) =>
  kernel(
    `naive attention scores ${headSize}, ${size}×${size}×${DEPTH} ${perThread}×${perThread}`,
    params,
    { q: read("vec4f"), k: read("vec4f"), ...lengthBindings, scores: write("vec4f") },
    scoresBody(headSize, size, perThread, {
      rows: "q",
      columns: "k",
      stride: "params.q_stride",
      start: "params.q_start",
      scaled: "params.scale * ",
      result: (_at, sum) => sum,
    }),
  )
);

const gradientKernel = variants((headSize: number, size: number, perThread: number) =>
  kernel(
    `naive attention score gradients ${headSize}, ${size}×${size}×${DEPTH} ${perThread}×${perThread}`,
    params,
    {
      dy: read("vec4f"),
      v: read("vec4f"),
      stats: read("vec2f"),
      ...lengthBindings,
      scores: write("vec4f"),
    },
    scoresBody(headSize, size, perThread, {
      rows: "dy",
      columns: "v",
      stride: `(params.heads * ${headSize / 4}u)`,
      start: "0u",
      scaled: "",
      result: (at, sum) =>
        `params.scale * scores[${at}] * (${sum} - stats[(b * params.queries + row) * params.heads + head].y)`,
    }),
  )
);

const UNROLL = 8;
const DEPTH = 16;

/** What is multiplied, and what is stored of a sum of products at a place of the scores. */
interface Operands {
  readonly rows: "q" | "dy";
  readonly columns: "k" | "v";
  /** Of the rows, in vec4s. */
  readonly stride: string;
  readonly start: string;
  readonly scaled: string;
  readonly result: (at: string, sum: string) => string;
}

function scoresBody(headSize: number, size: number, perThread: number, operands: Operands): string {
  const { rows, columns, stride, start, scaled, result } = operands;
  const headQuads = headSize / 4;
  const grid: ThreadGrid = { down: size / perThread, across: size / perThread, rows: perThread, columns: perThread };
  const threads = grid.down * grid.across;
  const shape: TileShape = { depth: DEPTH, unroll: UNROLL, rows: size };
  const inHead = (quad: string, value: string) =>
    headSize % DEPTH === 0 ? value : `select(vec4f(), ${value}, ${quad} < ${headQuads}u)`;
  const load = (tile: string, source: (row: string, quad: string) => string) =>
    atOnce(transposed(
      tile,
      shape,
      size,
      DEPTH,
      threads,
      (row, quad) => inHead(`start_quad + ${quad}`, source(row, `start_quad + ${quad}`)),
    ));
  return `
${declareTile("rows_tile", shape)}
${declareTile("columns_tile", shape)}
${visibility}
${entry(threads)}
  let key_tiles = (params.keys + ${size - 1}u) / ${size}u;
  let query_tiles = (params.queries + ${size - 1}u) / ${size}u;
  let first_key_row = id % key_tiles * ${size}u;
  let first = (id / key_tiles) % query_tiles * ${size}u;
  let pair = id / (key_tiles * query_tiles); // of this group of pairs
  let b = (params.first_pair + pair) / params.heads;
  let head = (params.first_pair + pair) % params.heads;
  ${declarePlace(grid.across)}
  // Rows beyond the real ones are read from the last real one; the softmax hides what comes of them.
  let last_key = max(key_count(b), 1u) - 1u;
  let last_query = max(query_count(b), 1u) - 1u;
  let ${rows}_base = b * params.queries * ${stride} + ${start} + head * ${headQuads}u;
  let ${columns}_base = b * params.keys * params.${columns}_stride + params.${columns}_start + head * ${headQuads}u;
  ${declareAccumulators("s", grid)}
  for (var start_quad = 0u; start_quad < ${Math.ceil(headSize / DEPTH) * DEPTH / 4}u; start_quad += ${DEPTH / 4}u) {
    workgroupBarrier();
    ${
    load(
      "rows_tile",
      (row, quad) => `${scaled}${rows}[${rows}_base + min(first + ${row}, last_query) * ${stride} + ${quad}]`,
    )
  }
    ${
    load("columns_tile", (row, quad) =>
      `${columns}[${columns}_base + min(first_key_row + ${row}, last_key) * params.${columns}_stride + ${quad}]`)
  }
    workgroupBarrier();
    ${addProduct("s", grid, "rows_tile", "columns_tile", UNROLL, DEPTH / UNROLL)}
  }
  let quads = (params.keys + 3u) / 4u;
  ${
    unroll(perThread, (r) => `
  { let row = first + 4u * (y + ${grid.down * Math.floor(r / 4)}u) + ${r % 4}u;
    if (row < params.queries) {
      let at = (pair * params.queries + row) * quads;
      ${
      unroll(perThread / 4, (g) => `
      { let quad = first_key_row / 4u + x + ${g * grid.across}u;
        if (quad < quads) { scores[at + quad] = ${result("at + quad", `s${r}_${g}`)}; } }`)
    }
    } }`)
  }
}`;
}
