import { type Gpu, joined, type Kernel, kernel, read, type Tensor, unroll, variants, write } from "../gpu/mod.ts";
import { combineParts } from "./flash_combine.ts";
import { flashParts, type FlashTile, flashTile, geometry, tileName } from "./flash_tile.ts";
import {
  lengthBindings,
  logSumExp,
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
  tileAt,
  type Transfer,
  transposed,
  untransposed,
} from "./tile.ts";

/**
 * Attention with an online softmax (Milakov and Gimelshein 2018; Dao et al. 2022): a workgroup keeps a tile of queries,
 * walks over the key tiles that any of them sees, and keeps per query the largest score so far, the sum of the weights
 * and the weighted sum of values, scaled down when a larger score turns up. Scores never go to memory, which is O(T).
 * Where the queries alone do not fill the device, the keys are split into `parts` that are combined at the end ("flash
 * decoding"). `tile` and `parts` are for tests and tuning. `lse` [B, Tq, H], where given, receives what a backward pass
 * needs to compute the weights again: see `UNSEEN`.
 */
export function flashAttention(
  gpu: Gpu,
  p: Problem,
  tile: FlashTile = flashTile(gpu, p),
  parts: number = flashParts(gpu, p, tile),
  lse?: Tensor,
): Tensor {
  using scope = gpu.scope();
  const out = outputOf(gpu, p);
  const key = JSON.stringify(tile);
  const rows = p.batch * p.queries;
  const groups = Math.ceil(p.queries / tile.queries) * p.heads * p.batch * parts;
  const inputs = { q: p.q.tensor, k: p.k.tensor, v: p.v.tensor, ...problemLengths(p) };
  const values = { ...problemValues(p), scale: queryScale(p), groups, parts };
  if (parts === 1) {
    if (lse) gpu.dispatch(keptKernel(p.headSize, key), { ...inputs, out, lse }, values, gpu.grid(groups));
    else gpu.dispatch(wholeKernel(p.headSize, key), { ...inputs, out }, values, gpu.grid(groups));
    return scope.keep(out);
  }
  const sums = gpu.tensor([parts, rows, p.heads * p.headSize]);
  const stats = gpu.tensor([parts, rows, p.heads, 2]);
  gpu.dispatch(partsKernel(p.headSize, key), { ...inputs, out: sums, stats }, values, gpu.grid(groups));
  combineParts(gpu, sums, stats, out, parts, p.headSize, lse);
  return scope.keep(out);
}

const flashParams = { ...problemParams, scale: "f32", groups: "u32", parts: "u32" } as const;
const flashInputs = {
  q: read("vec4f"),
  k: read("vec4f"),
  v: read("vec4f"),
  ...lengthBindings,
};
type FlashParams = typeof flashParams;
type FlashBindings = typeof flashInputs & { readonly out: ReturnType<typeof write> };

const wholeKernel = variants((headSize: number, key: string): Kernel<FlashParams, FlashBindings> => {
  const tile: FlashTile = JSON.parse(key);
  return kernel(
    `flash attention ${headSize}, ${tileName(tile)}`,
    flashParams,
    { ...flashInputs, out: write("vec4f") },
    flashBody(tile, headSize, "whole"),
  );
});

const keptKernel = variants((
  headSize: number,
  key: string,
): Kernel<FlashParams, FlashBindings & { readonly lse: ReturnType<typeof write> }> => {
  const tile: FlashTile = JSON.parse(key);
  return kernel(
    `flash attention with sums ${headSize}, ${tileName(tile)}`,
    flashParams,
    { ...flashInputs, out: write("vec4f"), lse: write() },
    flashBody(tile, headSize, "kept"),
  );
});

const partsKernel = variants((
  headSize: number,
  key: string,
): Kernel<FlashParams, FlashBindings & { readonly stats: ReturnType<typeof write> }> => {
  const tile: FlashTile = JSON.parse(key);
  return kernel(
    `flash attention parts ${headSize}, ${tileName(tile)}`,
    flashParams,
    { ...flashInputs, out: write("vec4f"), stats: write("vec2f") },
    flashBody(tile, headSize, "parts"),
  );
});

/** `kept`: with the rows' log-sum-exp. `parts`: unnormalised, with each part's maximum and sum. */
function flashBody(tile: FlashTile, headSize: number, result: "whole" | "kept" | "parts"): string {
  const { queries, rows, lanes, keys, depth, chunk, unroll: steps, prefetch } = tile;
  const { threads, keyTile, scoreDepth, outputWidth, scores, output, rowsTile, columnsTile } = geometry(
    tile,
    headSize,
  );
  const down = scores.down;
  const [keyQuads, outputQuads, headQuads] = [keys / 4, output.columns / 4, headSize / 4];
  const eachRow = (line: (r: number) => string) => unroll(rows, line);
  /** The tile's row of an invocation's row r. */
  const rowOf = (r: number) => `4u * (y + ${down * Math.floor(r / 4)}u) + ${r % 4}u`;
  const lane = (r: number) => "xyzw"[r % 4];
  const keepSum = (r: number) =>
    result === "kept" ? `if (x == 0u) { lse[at] = ${logSumExp(`m${r}`, "total")}; }\n` : "";

  // Rows beyond the real ones are read from the last real one: what is computed from them is hidden or not written.
  const inHead = (quad: string, value: string, filled: number) =>
    filled === headSize ? value : `select(vec4f(), ${value}, ${quad} < ${headQuads}u)`;
  const query = (row: string, quad: string) =>
    inHead(quad, `params.scale * q[q_base + min(first + ${row}, last_query) * params.q_stride + ${quad}]`, scoreDepth);
  const loadQueries = (start: string) =>
    atOnce(
      transposed("rows_tile", rowsTile, queries, depth, threads, (row, quad) => query(row, `(${start} + ${quad})`)),
    );
  const keysOf = (key: string, start: string) =>
    transposed(
      "columns_tile",
      columnsTile,
      keyTile,
      depth,
      threads,
      (row, quad) =>
        inHead(
          `(${start} + ${quad})`,
          `k[k_base + min(${key} + ${row}, last_key) * params.k_stride + ${start} + ${quad}]`,
          scoreDepth,
        ),
    );

  // Of its 4 keys per vec4 a lane hands over `shared` at a time; key 4·lane + c of them goes to place lanes·c + lane,
  // which keeps neighbouring lanes in different banks.
  const shared = chunk / lanes;
  const handOver = (g: number, from: number) =>
    unroll(shared, (c) =>
      unroll(rows / 4, (h) => {
        const weights = joined(4, ", ", (e) => `s${4 * h + e}_${g}.${"xyzw"[from + c]}`);
        return `${tileAt("rows_tile", rowsTile, `${c * lanes}u + x`, `y + ${h * down}u`)} = vec4f(${weights});`;
      }));
  const valuesOf = (g: number, from: number) =>
    untransposed(
      "columns_tile",
      columnsTile,
      chunk,
      outputWidth,
      threads,
      (row) => `(${row} % ${shared}u) * ${lanes}u + ${row} / ${shared}u`,
      (row, quad) =>
        inHead(
          quad,
          `v[v_base + min(key + ${
            g * lanes * 4 + from
          }u + 4u * (${row} / ${shared}u) + ${row} % ${shared}u, last_key)` +
            ` * params.v_stride + ${quad}]`,
          outputWidth,
        ),
    );

  // A step of either product: tiles to workgroup memory, then multiply. With `prefetch` a step's keys or values are
  // already in registers, and the next step's are on their way while this one multiplies.
  const arrive = (transfer: Transfer) => prefetch ? transfer.store : atOnce(transfer);
  const sendFor = (transfer: Transfer) => prefetch ? transfer.load : "";
  const scoreStep = (start: string, next: Transfer) => `
      workgroupBarrier();
      ${loadQueries(start)}
      ${arrive(keysOf("key", start))}
      workgroupBarrier();
      ${sendFor(next)}
      ${addProduct("s", scores, "rows_tile", "columns_tile", steps, depth / steps)}`;
  const sumStep = (g: number, from: number, next: Transfer) => `
    ${g + from > 0 ? "workgroupBarrier();" : ""}
    ${handOver(g, from)}
    ${arrive(valuesOf(g, from))}
    workgroupBarrier();
    ${sendFor(next)}
    ${addProduct("o", output, "rows_tile", "columns_tile", steps, chunk / steps)}`;
  const starts = Array.from({ length: scoreDepth / depth }, (_, i) => `${i * depth / 4}u`);
  const chunks = Array.from({ length: keys / shared }, (_, i) => [i >> Math.log2(4 / shared), i * shared % 4] as const);
  const firstKeys = (key: string) => keysOf(key, starts[0]);
  const scoreSteps = prefetch
    ? starts.map((start, i) => scoreStep(start, i + 1 < starts.length ? keysOf("key", starts[i + 1]) : valuesOf(0, 0)))
      .join("\n")
    : `for (var start_quad = 0u; start_quad < ${scoreDepth / 4}u; start_quad += ${depth / 4}u) {
      ${scoreStep("start_quad", keysOf("key", "start_quad"))}
    }`;
  const sumSteps = chunks.map(([g, from], i) =>
    sumStep(g, from, i + 1 < chunks.length ? valuesOf(...chunks[i + 1]) : firstKeys(`key + ${keyTile}u`))
  ).join("\n");

  return `
${declareTile("rows_tile", rowsTile)}
${declareTile("columns_tile", columnsTile)}
var<workgroup> row_max: array<atomic<u32>, ${queries}>;
const HIDDEN = -1e30; // the score of a hidden key
const NOTHING = -1e29; // the largest score of none: exp2(HIDDEN - NOTHING) is 0, with no infinity on the way
${visibility}
// u32 in the order of f32, for atomicMax
fn ordered(x: f32) -> u32 { let b = bitcast<u32>(x); return select(b | 0x80000000u, ~b, (b >> 31u) == 1u); }
fn unordered(x: u32) -> f32 { return bitcast<f32>(select(~x, x & 0x7fffffffu, (x >> 31u) == 1u)); }

${entry(threads)}
  // Workgroups that run together share a head's keys. The last queries go first: under a causal mask they take longest.
  let query_tiles = (params.queries + ${queries - 1}u) / ${queries}u;
  let first = (query_tiles - 1u - id % query_tiles) * ${queries}u;
  let head = (id / query_tiles) % params.heads;
  let b = (id / (query_tiles * params.heads)) % params.batch;
  let part = id / (query_tiles * params.heads * params.batch);
  ${declarePlace(lanes)}
  let key_end = key_count(b);
  let query_end = query_count(b);
  let last_key = max(key_end, 1u) - 1u;
  let last_query = max(query_end, 1u) - 1u;
  let q_base = b * params.queries * params.q_stride + params.q_start + head * ${headQuads}u;
  let k_base = b * params.keys * params.k_stride + params.k_start + head * ${headQuads}u;
  let v_base = b * params.keys * params.v_stride + params.v_start + head * ${headQuads}u;

  // The keys that any query of the tile sees, and those that every query sees.
  let first_position = first + params.query_offset;
  let last_position = min(first + ${queries - 1}u, last_query) + params.query_offset;
  var key_start = first_key(first_position) / ${keyTile}u * ${keyTile}u;
  var key_stop = select(0u, end_key(last_position, key_end), first < query_end);
  let seen_from = first_key(last_position);
  let seen_to = end_key(first_position, key_end);
  if (params.parts > 1u) {
    let tiles = (max(key_stop, key_start) - key_start + ${keyTile - 1}u) / ${keyTile}u;
    let share = (tiles + params.parts - 1u) / params.parts * ${keyTile}u;
    key_start += part * share;
    key_stop = min(key_stop, key_start + share);
  }

  for (var i = local; i < ${queries}u; i += ${threads}u) { atomicStore(&row_max[i], ordered(NOTHING)); }
  ${eachRow((r) => `var m${r} = NOTHING; var l${r} = 0.0;`)}
  ${declareAccumulators("o", output)}
  ${prefetch ? `${firstKeys("key_start").registers}\n${valuesOf(0, 0).registers}\n${firstKeys("key_start").load}` : ""}

  for (var key = key_start; key < key_stop; key += ${keyTile}u) {
    ${declareAccumulators("s", scores)}
    ${scoreSteps}
    if (key < seen_from || key + ${keyTile}u > seen_to) { // the edge of what is visible
      ${unroll(keyQuads, (g) => `let key${g} = key + 4u * (x + ${g * lanes}u) + vec4u(0, 1, 2, 3);`)}
      ${
    eachRow((r) => `
      { let position = first_position + ${rowOf(r)};
        let lowest = vec4u(first_key(position));
        let stop = vec4u(end_key(position, key_end));
        ${
      unroll(keyQuads, (g) => `s${r}_${g} = select(vec4f(HIDDEN), s${r}_${g}, (key${g} >= lowest) & (key${g} < stop));`)
    }
      }`)
  }
    }
    // Lanes agree on the largest score of a query; after the first tiles few find a larger one.
    ${
    eachRow((r) => `
    { let quad = ${keyQuads === 1 ? `s${r}_0` : `max(s${r}_0, s${r}_1)`};
      let largest = max(max(quad.x, quad.y), max(quad.z, quad.w));
      if (largest > m${r}) { atomicMax(&row_max[${rowOf(r)}], ordered(largest)); } }`)
  }
    workgroupBarrier();
    ${eachRow((r) => `let n${r} = unordered(atomicLoad(&row_max[${rowOf(r)}]));`)}
    if (${joined(rows, " || ", (r) => `n${r} > m${r}`)}) {
      ${
    eachRow((r) => `
      { let shrink = exp2(m${r} - n${r});
        m${r} = n${r};
        l${r} *= shrink;
        ${unroll(outputQuads, (g) => `o${r}_${g} *= shrink;`)} }`)
  }
    }
    ${
    eachRow((r) => `
    ${unroll(keyQuads, (g) => `s${r}_${g} = exp2(s${r}_${g} - m${r});`)}
    { let sum = ${joined(keyQuads, " + ", (g) => `s${r}_${g}`)};
      l${r} += (sum.x + sum.y) + (sum.z + sum.w); }`)
  }
    ${sumSteps}
  }

  // Lanes add up their sums of weights.
  workgroupBarrier();
  ${
    unroll(rows / 4, (h) =>
      `${tileAt("rows_tile", rowsTile, "x", `y + ${h * down}u`)} = vec4f(${
        joined(4, ", ", (e) => `l${4 * h + e}`)
      });`)
  }
  workgroupBarrier();
  ${
    unroll(
      rows / 4,
      (h) =>
        `let total${h} = ${
          joined(lanes, " + ", (i) => `rows_tile[${Math.floor(i / steps)}][${i % steps}][y + ${h * down}u]`)
        };`,
    )
  }
  ${
    eachRow((r) => `
  { let row = first + ${rowOf(r)};
    if (row < params.queries) {
      let total = total${Math.floor(r / 4)}.${lane(r)};
      ${
      result === "parts"
        ? `let at = ((part * params.batch + b) * params.queries + row) * params.heads + head;
      if (x == 0u) { stats[at] = vec2f(m${r}, select(0.0, total, row < query_end)); }
      let factor = 1.0;`
        : `let at = (b * params.queries + row) * params.heads + head;
      ${keepSum(r)}let factor = select(0.0, 1.0 / total, row < query_end && total > 0.0);`
    }
      ${
      unroll(outputQuads, (g) => {
        const quad = `x + ${g * lanes}u`;
        const guard = outputWidth === headSize ? "" : `if (${quad} < ${headQuads}u) `;
        return `${guard}{ out[at * ${headQuads}u + ${quad}] = o${r}_${g} * factor; }`;
      })
    }
    } }`)
  }
}`;
}
