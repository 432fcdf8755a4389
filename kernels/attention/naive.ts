import { type Gpu, kernel, read, type Tensor, unroll, variants, write } from "../gpu/mod.ts";
import { scoreSoftmax } from "./naive_softmax.ts";
import {
  lengthBindings,
  outputOf,
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
  untransposed,
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

/** The tile for a number of queries on this device. */
function naiveTile(gpu: Gpu, queries: number): NaiveTile {
  if (gpu.adapter.isSoftware || queries <= 32) return { queries: 32, rows: 4 };
  return { queries: 64, rows: 8 };
}

/**
 * Attention as it is written: scores q·kᵀ in memory, softmax over their rows in place, product with the values. Memory is
 * O(T²). Scores of as many (sequence, head) pairs as one binding holds are made at a time. Throws GpuError "over-limit"
 * where one pair's do not fit.
 */
export function naiveAttention(
  gpu: Gpu,
  p: Problem,
  tile: NaiveTile = naiveTile(gpu, p.queries),
  bindingBytes: number = Math.min(gpu.limits.maxStorageBufferBindingSize, gpu.limits.maxBufferSize),
): Tensor {
  using scope = gpu.scope();
  const out = outputOf(gpu, p);
  const stride = Math.max(4, 4 * Math.ceil(p.keys / 4));
  const total = p.batch * p.heads;
  const most = Math.max(1, Math.min(total, Math.floor(bindingBytes / (4 * p.queries * stride))));
  const tensor = gpu.tensor([most, p.queries, stride]);
  for (let firstPair = 0; firstPair < total; firstPair += most) {
    const scores = { tensor, firstPair, pairs: Math.min(most, total - firstPair) };
    scoreProducts(gpu, p, tile, scores);
    scoreSoftmax(gpu, p, scores);
    weightedSums(gpu, p, tile, scores, out);
  }
  return scope.keep(out);
}

const UNROLL = 8;

function scoreProducts(gpu: Gpu, p: Problem, { queries: size, rows }: NaiveTile, scores: Scores): void {
  const groups = Math.ceil(p.queries / size) * Math.ceil(p.keys / size) * scores.pairs;
  gpu.dispatch(
    scoresKernel(p.headSize, size, rows),
    { q: p.q.tensor, k: p.k.tensor, ...problemLengths(p), scores: scores.tensor },
    { ...problemValues(p), scale: queryScale(p), groups, first_pair: scores.firstPair },
    gpu.grid(groups),
  );
}

const scoresKernel = variants((headSize: number, size: number, perThread: number) => {
  const depth = 16;
  const headQuads = headSize / 4;
  const grid: ThreadGrid = {
    down: size / perThread,
    across: size / perThread,
    rows: perThread,
    columns: perThread,
  };
  const threads = grid.down * grid.across;
  const shape: TileShape = { depth, unroll: UNROLL, rows: size };
  const inHead = (quad: string, value: string) =>
    headSize % depth === 0 ? value : `select(vec4f(), ${value}, ${quad} < ${headQuads}u)`;
  const load = (tile: string, source: (row: string, quad: string) => string) =>
    atOnce(transposed(
      tile,
      shape,
      size,
      depth,
      threads,
      (row, quad) => inHead(`start_quad + ${quad}`, source(row, `start_quad + ${quad}`)),
    ));
  return kernel(
    `naive attention scores ${headSize}, ${size}×${size}×${depth} ${perThread}×${perThread}`,
    { ...problemParams, scale: "f32", groups: "u32", first_pair: "u32" },
    {
      q: read("vec4f"),
      k: read("vec4f"),
      ...lengthBindings,
      scores: write("vec4f"),
    },
    `
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
  let q_base = b * params.queries * params.q_stride + params.q_start + head * ${headQuads}u;
  let k_base = b * params.keys * params.k_stride + params.k_start + head * ${headQuads}u;
  ${declareAccumulators("s", grid)}
  for (var start_quad = 0u; start_quad < ${Math.ceil(headSize / depth) * depth / 4}u; start_quad += ${depth / 4}u) {
    workgroupBarrier();
    ${
      load(
        "rows_tile",
        (row, quad) => `params.scale * q[q_base + min(first + ${row}, last_query) * params.q_stride + ${quad}]`,
      )
    }
    ${
      load("columns_tile", (row, quad) =>
        `k[k_base + min(first_key_row + ${row}, last_key) * params.k_stride + ${quad}]`)
    }
    workgroupBarrier();
    ${addProduct("s", grid, "rows_tile", "columns_tile", UNROLL, depth / UNROLL)}
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
        if (quad < quads) { scores[at + quad] = s${r}_${g}; } }`)
      }
    } }`)
    }
}`,
  );
});

function weightedSums(gpu: Gpu, p: Problem, { queries: size, rows }: NaiveTile, scores: Scores, out: Tensor): void {
  const groups = Math.ceil(p.queries / size) * scores.pairs;
  gpu.dispatch(
    sumKernel(p.headSize, size, p.headSize > 64 ? 4 : rows),
    { scores: scores.tensor, v: p.v.tensor, ...problemLengths(p), out },
    { ...problemValues(p), groups, first_pair: scores.firstPair },
    gpu.grid(groups),
  );
}

const sumKernel = variants((headSize: number, size: number, perThread: number) => {
  const depth = 32;
  const headQuads = headSize / 4;
  const across = 8;
  const filled = Math.ceil(headSize / (4 * across)) * 4 * across;
  const grid: ThreadGrid = { down: size / perThread, across, rows: perThread, columns: filled / across };
  const threads = grid.down * across;
  const rowsTile: TileShape = { depth, unroll: UNROLL, rows: size };
  const columnsTile: TileShape = { depth, unroll: UNROLL, rows: filled };
  const inHead = (quad: string, value: string) =>
    filled === headSize ? value : `select(vec4f(), ${value}, ${quad} < ${headQuads}u)`;
  return kernel(
    `naive attention sum ${headSize}, ${size}×${filled}×${depth} ${perThread}×${grid.columns}`,
    { ...problemParams, groups: "u32", first_pair: "u32" },
    {
      scores: read("vec4f"),
      v: read("vec4f"),
      ...lengthBindings,
      out: write("vec4f"),
    },
    `
${declareTile("rows_tile", rowsTile)}
${declareTile("columns_tile", columnsTile)}
${visibility}
${entry(threads)}
  let query_tiles = (params.queries + ${size - 1}u) / ${size}u;
  let first = id % query_tiles * ${size}u;
  let pair = id / query_tiles;
  let b = (params.first_pair + pair) / params.heads;
  let head = (params.first_pair + pair) % params.heads;
  ${declarePlace(across)}
  let key_end = key_count(b);
  let query_end = query_count(b);
  let quads = (params.keys + 3u) / 4u;
  let v_base = b * params.keys * params.v_stride + params.v_start + head * ${headQuads}u;
  ${declareAccumulators("o", grid)}
  // Weights of hidden keys are zero; the values that meet them are those of a real row, so that no NaN does.
  for (var key = 0u; key < key_end; key += ${depth}u) {
    workgroupBarrier();
    ${
      atOnce(transposed("rows_tile", rowsTile, size, depth, threads, (row, quad) =>
        `select(vec4f(), scores[(pair * params.queries + min(first + ${row}, params.queries - 1u)) * quads` +
        ` + min(key / 4u + ${quad}, quads - 1u)], key / 4u + ${quad} < quads)`))
    }
    ${
      atOnce(untransposed("columns_tile", columnsTile, depth, filled, threads, (row) =>
        row, (row, quad) =>
        inHead(quad, `v[v_base + min(key + ${row}, key_end - 1u) * params.v_stride + ${quad}]`)))
    }
    workgroupBarrier();
    ${addProduct("o", grid, "rows_tile", "columns_tile", UNROLL, depth / UNROLL)}
  }
  ${
      unroll(perThread, (r) => `
  { let row = first + 4u * (y + ${grid.down * Math.floor(r / 4)}u) + ${r % 4}u;
    if (row < params.queries) {
      let at = ((b * params.queries + row) * params.heads + head) * ${headQuads}u;
      let real = row < query_end;
      ${
        unroll(grid.columns / 4, (g) => {
          const quad = `x + ${g * across}u`;
          const guard = filled === headSize ? "" : `if (${quad} < ${headQuads}u) `;
          return `${guard}{ out[at + ${quad}] = select(vec4f(), o${r}_${g}, real); }`;
        })
      }
    } }`)
    }
}`,
  );
});
