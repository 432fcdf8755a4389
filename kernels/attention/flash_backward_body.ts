import { unroll } from "../gpu/mod.ts";
import { backwardGeometry, type BackwardTile, CHUNK, LANES, ROWS } from "./flash_backward_tile.ts";
import { KEYS, QUERIES, type Role, type Source } from "./flash_backward_roles.ts";
import { UNSEEN, visibility } from "./problem.ts";
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

/** `buffers`: in which of the buffers out0, out1, … the gradients of q, k and v go. */
export function backwardBody(
  tile: BackwardTile,
  headSize: number,
  buffers: Readonly<Record<"q" | "k" | "v", number>>,
): string {
  const { threads, otherTile, rowsTile, columnsTile } = backwardGeometry(tile, headSize);
  return `
${declareTile("rows_tile", rowsTile)}
${declareTile("columns_tile", columnsTile)}
var<workgroup> query_stats: array<vec2f, ${otherTile}>;
const HIDDEN = -1e30; // the score of a hidden key
${visibility}
fn less(a: u32, b: u32) -> u32 { return select(0u, a - b, a > b); }
${roleBody(KEYS, tile, headSize, buffers)}
${roleBody(QUERIES, tile, headSize, buffers)}
${entry(threads)}
  if (id < params.key_groups) { keys_role(id, local); } else { queries_role(id - params.key_groups, local); }
}`;
}

function roleBody(
  role: Role,
  tile: BackwardTile,
  headSize: number,
  buffers: Readonly<Record<"q" | "k" | "v", number>>,
): string {
  const { own, others, depth, unroll: steps, prefetch } = tile;
  const { threads, otherTile, scoreDepth, outputWidth, scores, output, rowsTile, columnsTile } = backwardGeometry(
    tile,
    headSize,
  );
  const headQuads = headSize / 4;
  const quads = others / 4;
  const ownsKeys = role.owns === "keys";
  const eachRow = (line: (r: number) => string) => unroll(ROWS, line);

  // Rows beyond the real ones are read from the last real one: what is computed from them is hidden or not written.
  const last = (source: Source) => source === "q" || source === "dy" ? "last_query" : "last_key";
  const value = (source: Source, row: string, quad: string, filled: number) => {
    const element = `${source}[${source}_base + min(${row}, ${last(source)}) * ${source}_stride + ${quad}]`;
    return filled === headSize ? element : `select(vec4f(), ${element}, ${quad} < ${headQuads}u)`;
  };
  const transposedRows = (name: string, source: Source, rows: string, count: number, start: string): Transfer =>
    transposed(
      name,
      name === "rows_tile" ? rowsTile : columnsTile,
      count,
      depth,
      threads,
      (row, quad) => value(source, `${rows} + ${row}`, `(${start} + ${quad})`, scoreDepth),
    );
  // A lane's vec4 of others is rows 4·lane + c of a chunk: they go to places 8·c + lane, in different banks.
  const chunkRows = (source: Source, at: string, g: number): Transfer =>
    untransposed(
      "columns_tile",
      columnsTile,
      CHUNK,
      outputWidth,
      threads,
      (row) => `(${row} % 4u) * ${LANES}u + ${row} / 4u`,
      (row, quad) => value(source, `${at} + ${g * CHUNK}u + ${row}`, quad, outputWidth),
    );
  const handOver = (weights: "p" | "g", g: number) =>
    unroll(4, (c) => {
      const column = Array.from({ length: ROWS }, (_, r) => `${weights}${r}_${g}.${"xyzw"[c]}`).join(", ");
      return `${tileAt("rows_tile", rowsTile, `${c * LANES}u + x`, "y")} = vec4f(${column});`;
    });

  // The steps of one turn: what each brings to the tiles, and what it does with them. With `prefetch` the next step's
  // columns are on their way meanwhile, and so steps are written out; else those of a product are one loop.
  interface Step {
    readonly columns: (at: string) => Transfer;
    readonly rows: string;
    readonly product: string;
  }
  const scoreStep = (name: "p" | "g", [mine, other]: readonly [Source, Source], start: string): Step => ({
    columns: (at) => transposedRows("columns_tile", other, at, otherTile, start),
    rows: atOnce(transposedRows("rows_tile", mine, "first", own, start)),
    product: addProduct(name, scores, "rows_tile", "columns_tile", steps, depth / steps),
  });
  const scoreSteps = (name: "p" | "g", sources: readonly [Source, Source]): Step[] =>
    Array.from({ length: scoreDepth / depth }, (_, i) => scoreStep(name, sources, `${i * depth / 4}u`));
  const sumSteps = role.sums.flatMap(({ of, weights, other }): Step[] =>
    Array.from({ length: quads }, (_, g) => ({
      columns: (at) => chunkRows(other, at, g),
      rows: handOver(weights, g),
      product: addProduct(`d${of}`, output, "rows_tile", "columns_tile", steps, CHUNK / steps),
    }))
  );
  const products = [...scoreSteps("p", role.scores), ...scoreSteps("g", role.gradients)];
  const all = [...products, ...sumSteps];
  const run = (step: Step, next?: Transfer) => {
    const columns = step.columns("at");
    return `
    workgroupBarrier();
    ${step.rows}
    ${next ? columns.store : atOnce(columns)}
    workgroupBarrier();
    ${next ? next.load : ""}
    ${step.product}`;
  };
  const runAhead = (step: Step, i: number) =>
    run(step, i + 1 < all.length ? all[i + 1].columns("at") : all[0].columns(`at + ${otherTile}u`));
  const looped = (name: "p" | "g", sources: readonly [Source, Source]) => `
    for (var start_quad = 0u; start_quad < ${scoreDepth / 4}u; start_quad += ${depth / 4}u) {
      ${run(scoreStep(name, sources, "start_quad"))}
    }`;
  const [runProducts, runSums] = prefetch
    ? [
      products.map((step, i) => runAhead(step, i)),
      sumSteps.map((step, i) => runAhead(step, products.length + i)),
    ]
    : [[looped("p", role.scores), looped("g", role.gradients)], sumSteps.map((step) => run(step))];

  const { from, to, other } = role.visible;
  const lse = (r: number, g: number) => ownsKeys ? `lse${g}` : `vec4f(stats${r}.x)`;
  const delta = (r: number, g: number) => ownsKeys ? `delta${g}` : `stats${r}.y`;
  const statsAt = (query: string) => `stats[(b * params.queries + min(${query}, last_query)) * params.heads + head]`;
  const statsOf = (g: number, part: "x" | "y") =>
    `vec4f(${[0, 1, 2, 3].map((e) => `query_stats[4u * x + ${g * CHUNK + e}u].${part}`).join(", ")})`;
  const store = ({ of, weights }: Role["sums"][number]) =>
    eachRow((r) => `
  { let row = first + 4u * y + ${r}u;
    if (row < params.${role.owns}) {
      let at = part * params.${of}_part + (b * params.${role.owns} + row) * params.${of}_row + params.${of}_to +
        head * ${headQuads}u;
      let real = row < ${ownsKeys ? "key_end" : "query_end"};
      ${
      unroll(output.columns / 4, (g) => {
        const out = `out${buffers[of]}[at + x + ${g * LANES}u]`;
        const sum = `${weights === "g" ? "params.rate * " : ""}d${of}${r}_${g}`;
        const guard = outputWidth === headSize ? "" : `if (x + ${g * LANES}u < ${headQuads}u) `;
        return `${guard}{ ${out} = select(vec4f(), ${sum}, real) + ` +
          `select(vec4f(), ${out}, params.${of}_add == 1u); }`;
      })
    }
    } }`);

  return `
fn ${role.owns}_role(id: u32, local: u32) {
  let tiles = (params.${role.owns} + ${own - 1}u) / ${own}u;
  // Workgroups that run together share a head's rows. Under a causal mask the first keys and the last queries take longest.
  let first = ${ownsKeys ? "id % tiles" : "(tiles - 1u - id % tiles)"} * ${own}u;
  let head = (id / tiles) % params.heads;
  let b = (id / (tiles * params.heads)) % params.batch;
  let part = id / (tiles * params.heads * params.batch);
  ${declarePlace(LANES)}
  let key_end = key_count(b);
  let query_end = query_count(b);
  let last_key = max(key_end, 1u) - 1u;
  let last_query = max(query_end, 1u) - 1u;
  let q_stride = params.q_stride;
  let k_stride = params.k_stride;
  let v_stride = params.v_stride;
  let dy_stride = params.heads * ${headQuads}u;
  let q_base = b * params.queries * q_stride + params.q_start + head * ${headQuads}u;
  let k_base = b * params.keys * k_stride + params.k_start + head * ${headQuads}u;
  let v_base = b * params.keys * v_stride + params.v_start + head * ${headQuads}u;
  let dy_base = b * params.queries * dy_stride + head * ${headQuads}u;
  ${role.walk(own)}
  let tiles_walked = (max(stop, start) - start + ${otherTile - 1}u) / ${otherTile}u;
  let share = (tiles_walked + params.${role.owns}_parts - 1u) / params.${role.owns}_parts * ${otherTile}u;
  start += part * share;
  stop = min(stop, start + share);

  ${unroll(role.sums.length, (i) => declareAccumulators(`d${role.sums[i].of}`, output))}
  ${ownsKeys ? "" : eachRow((r) => `let stats${r} = ${statsAt(`first + 4u * y + ${r}u`)};`)}
  ${
    prefetch
      ? `${products[0].columns("start").registers}\n${sumSteps[0].columns("start").registers}\n${
        products[0].columns("start").load
      }`
      : ""
  }

  for (var at = start; at < stop; at += ${otherTile}u) {
    ${
    ownsKeys
      ? `for (var i = local; i < ${otherTile}u; i += ${threads}u) {
      query_stats[i] = select(vec2f(${UNSEEN}, 0.0), ${statsAt("at + i")}, at + i < query_end);
    }`
      : ""
  }
    ${declareAccumulators("p", scores)}
    ${declareAccumulators("g", scores)}
    ${runProducts.join("\n")}
    if (at < seen_from || at + ${otherTile}u > seen_to) { // the edge of what is visible
      ${unroll(quads, (g) => `let other${g} = at + 4u * x + ${g * CHUNK}u + vec4u(0, 1, 2, 3);`)}
      ${
    eachRow((r) => `
      { let row = first + 4u * y + ${r}u;
        let lowest = vec4u(${from});
        let end = vec4u(${to});
        ${
      unroll(quads, (g) =>
        `{ let other = other${g};
          let position = ${other};
          p${r}_${g} = select(vec4f(HIDDEN), p${r}_${g}, (position >= lowest) & (position < end)); }`)
    }
      }`)
  }
    }
    ${ownsKeys ? unroll(quads, (g) => `let lse${g} = ${statsOf(g, "x")};\nlet delta${g} = ${statsOf(g, "y")};`) : ""}
    ${
    eachRow((r) =>
      unroll(quads, (g) => `
    p${r}_${g} = exp2(params.scale * p${r}_${g} - ${lse(r, g)});
    g${r}_${g} = p${r}_${g} * (g${r}_${g} - ${delta(r, g)});`)
    )
  }
    ${runSums.join("\n")}
  }
  ${role.sums.map(store).join("\n")}
}`;
}
