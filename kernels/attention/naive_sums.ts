import {
  type Columns,
  type Gpu,
  type GradientTarget,
  kernel,
  read,
  type Tensor,
  unroll,
  variants,
  width,
  write,
} from "../gpu/mod.ts";
import type { NaiveTile, Scores } from "./naive_scores.ts";
import { lengthBindings, type Problem, problemLengths, problemParams, problemValues, visibility } from "./problem.ts";
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
  untransposed,
} from "./tile.ts";

/** out = scores · v, for the pairs of `scores`. */
export function weightedSums(
  gpu: Gpu,
  p: Problem,
  { queries: size, rows }: NaiveTile,
  scores: Scores,
  out: Tensor,
): void {
  const groups = Math.ceil(p.queries / size) * scores.pairs;
  gpu.dispatch(
    sumKernel(p.headSize, size, perThread(p, rows)),
    { scores: scores.tensor, v: p.v.tensor, ...problemLengths(p), out },
    { ...problemValues(p), groups, first_pair: scores.firstPair },
    gpu.grid(groups),
  );
}

/**
 * The gradient of queries, scores · x over keys, or of keys and values, scoresᵀ · x over queries, for the pairs of
 * `scores`. x has the rows that are summed over.
 */
export function gradientSums(
  gpu: Gpu,
  p: Problem,
  { queries: size, rows }: NaiveTile,
  scores: Scores,
  of: "queries" | "keys",
  x: Columns,
  { into, accumulate }: GradientTarget,
): void {
  const groups = Math.ceil((of === "queries" ? p.queries : p.keys) / size) * scores.pairs;
  gpu.dispatch(
    gradientKernel(p.headSize, size, perThread(p, rows), of),
    { scores: scores.tensor, source: x.tensor, ...problemLengths(p), out: into.tensor },
    {
      ...problemValues(p),
      groups,
      first_pair: scores.firstPair,
      source_stride: width(x.tensor) / 4,
      source_start: x.offset / 4,
      out_stride: width(into.tensor) / 4,
      out_start: into.offset / 4,
      accumulate: Number(accumulate),
    },
    gpu.grid(groups),
  );
}

/** Rows per invocation: registers hold 8 of heads up to 64. */
function perThread(p: Problem, rows: number): number {
  return p.headSize > 64 ? 4 : rows;
}

const params = { ...problemParams, groups: "u32", first_pair: "u32" } as const;

const sumKernel = variants((headSize: number, size: number, perThread: number) =>
  kernel(
    `naive attention sum ${name(headSize, size, perThread)}`,
    params,
    {
      scores: read("vec4f"),
      v: read("vec4f"),
      ...lengthBindings,
      out: write("vec4f"),
    },
    sumBody(headSize, size, perThread, "queries", "v", {
      at: `((b * params.queries + row) * params.heads + head) * ${headSize / 4}u`,
      result: (_at, sum) => sum,
    }),
  )
);

const gradientKernel = variants((headSize: number, size: number, perThread: number, of: "queries" | "keys") =>
  kernel(
    `naive attention gradient of ${of} ${name(headSize, size, perThread)}`,
    { ...params, source_stride: "u32", source_start: "u32", out_stride: "u32", out_start: "u32", accumulate: "u32" },
    {
      scores: read("vec4f"),
      source: read("vec4f"),
      ...lengthBindings,
      out: write("vec4f"),
    },
    sumBody(headSize, size, perThread, of, "source", {
      at: `(b * params.${of} + row) * params.out_stride + params.out_start + head * ${headSize / 4}u`,
      result: (at, sum) => `${sum} + select(vec4f(), out[${at}], params.accumulate == 1u)`,
    }),
  )
);

const UNROLL = 8;
const DEPTH = 32;
const ACROSS = 8;

function filledWidth(headSize: number): number {
  return Math.ceil(headSize / (4 * ACROSS)) * 4 * ACROSS;
}

function name(headSize: number, size: number, perThread: number): string {
  const filled = filledWidth(headSize);
  return `${headSize}, ${size}×${filled}×${DEPTH} ${perThread}×${filled / ACROSS}`;
}

/** `of`: what the sums are for; `source`: the buffer they are of; and where they go, as what. */
function sumBody(
  headSize: number,
  size: number,
  perThread: number,
  of: "queries" | "keys",
  source: "v" | "source",
  { at, result }: { readonly at: string; readonly result: (at: string, sum: string) => string },
): string {
  const headQuads = headSize / 4;
  const filled = filledWidth(headSize);
  const grid: ThreadGrid = {
    down: size / perThread,
    across: ACROSS,
    rows: perThread,
    columns: filled / ACROSS,
  };
  const threads = grid.down * ACROSS;
  const rowsTile: TileShape = { depth: DEPTH, unroll: UNROLL, rows: size };
  const columnsTile: TileShape = { depth: DEPTH, unroll: UNROLL, rows: filled };
  const inHead = (quad: string, value: string) =>
    filled === headSize ? value : `select(vec4f(), ${value}, ${quad} < ${headQuads}u)`;
  const [own, other] = of === "queries" ? ["query", "key"] : ["key", "query"];
  const weights = of === "queries"
    ? transposed(
      "rows_tile",
      rowsTile,
      size,
      DEPTH,
      threads,
      (row, quad) =>
        `select(vec4f(), scores[(pair * params.queries + min(first + ${row}, params.queries - 1u)) * quads` +
        ` + min(key / 4u + ${quad}, quads - 1u)], key / 4u + ${quad} < quads)`,
    )
    : untransposed(
      "rows_tile",
      rowsTile,
      DEPTH,
      size,
      threads,
      (row) => row,
      (row, quad) =>
        `select(vec4f(), scores[(pair * params.queries + min(query + ${row}, query_end - 1u)) * quads` +
        ` + min(first / 4u + ${quad}, quads - 1u)], query + ${row} < query_end)`,
    );
  return `
${declareTile("rows_tile", rowsTile)}
${declareTile("columns_tile", columnsTile)}
${visibility}
${entry(threads)}
  let ${own}_tiles = (params.${of} + ${size - 1}u) / ${size}u;
  let first = id % ${own}_tiles * ${size}u;
  let pair = id / ${own}_tiles;
  let b = (params.first_pair + pair) / params.heads;
  let head = (params.first_pair + pair) % params.heads;
  ${declarePlace(ACROSS)}
  let key_end = key_count(b);
  let query_end = query_count(b);
  let quads = (params.keys + 3u) / 4u;
  let ${source}_base = b * params.${
    of === "queries" ? "keys" : "queries"
  } * params.${source}_stride + params.${source}_start + head * ${headQuads}u;
  ${declareAccumulators("o", grid)}
  // Weights of hidden keys are zero; the values that meet them are those of a real row, so that no NaN does.
  for (var ${other} = 0u; ${other} < ${other}_end; ${other} += ${DEPTH}u) {
    workgroupBarrier();
    ${atOnce(weights)}
    ${
    atOnce(untransposed("columns_tile", columnsTile, DEPTH, filled, threads, (row) => row, (row, quad) =>
      inHead(
        quad,
        `${source}[${source}_base + min(${other} + ${row}, ${other}_end - 1u) * params.${source}_stride + ${quad}]`,
      )))
  }
    workgroupBarrier();
    ${addProduct("o", grid, "rows_tile", "columns_tile", UNROLL, DEPTH / UNROLL)}
  }
  ${
    unroll(perThread, (r) => `
  { let row = first + 4u * (y + ${grid.down * Math.floor(r / 4)}u) + ${r % 4}u;
    if (row < params.${of}) {
      let at = ${at};
      let real = row < ${own}_end;
      ${
      unroll(grid.columns / 4, (g) => {
        const quad = `x + ${g * ACROSS}u`;
        const guard = filled === headSize ? "" : `if (${quad} < ${headQuads}u) `;
        return `${guard}{ out[at + ${quad}] = ${result(`at + ${quad}`, `select(vec4f(), o${r}_${g}, real)`)}; }`;
      })
    }
    } }`)
  }
}`;
}
