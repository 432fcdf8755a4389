import { type Binding, type Kernel, kernel, read, unroll, variants, write } from "../gpu/mod.ts";
import { LAYOUT_PARAMS } from "./scan_inputs.ts";
import { advance, loadRates, readOut, SILU, SOFTPLUS } from "./scan_wgsl.ts";

/** Uniform parameters of `chunkKernel`. */
export const CHUNK_PARAMS = {
  /** Rows a sequence, padding included. */
  length: "u32",
  channels: "u32",
  /** Workgroups that lie beside each other to cover the channels. */
  across: "u32",
  /** Chunks a sequence, and how many of them (from the first) this dispatch takes. */
  chunks: "u32",
  taken: "u32",
  /** Workgroups that the dispatch needs. */
  groups: "u32",
  /** Steps a chunk. */
  chunk: "u32",
  /** 1: from the last valid row down to row 0. */
  reverse: "u32",
  ...LAYOUT_PARAMS,
} as const;

/** What is baked into the text of a chunk kernel. */
export interface ChunkVariant {
  /** What is written: the chunk's state from zero and Σ Δ, to be carried; or y, from the chunk's true first state. */
  readonly writes: "summary" | "output";
  /** Where the first state comes from: nowhere, the caller (one chunk a sequence), or the carry pass. */
  readonly start: "zero" | "given" | "carried";
  /** A quarter of the number of states. */
  readonly quads: number;
  readonly threads: number;
  readonly tile: number;
  readonly unrolled: number;
  /** Whether sequences have lengths of their own. */
  readonly ragged: boolean;
  readonly gated: boolean;
  readonly accumulates: boolean;
  /** Whether the state after the last step is written. */
  readonly keepsLast: boolean;
  /** Whether the state before each tile is written, for the backward. */
  readonly saves: boolean;
}

/** A pass over chunks, one channel an invocation, all its states in registers: see README.md. */
export function chunkKernel(variant: ChunkVariant): Kernel<typeof CHUNK_PARAMS, Record<string, Binding>> {
  return made(JSON.stringify(variant));
}

const made = variants((key: string) => {
  const v: ChunkVariant = JSON.parse(key);
  const options = [
    v.ragged && "ragged",
    v.gated && "gated",
    v.accumulates && "accumulate",
    v.keepsLast && "last",
    v.saves && "save",
  ];
  const shape = `N${4 * v.quads} ${v.threads}x${v.tile}x${v.unrolled}`;
  const name = ["selective_scan", v.writes, v.start, shape, ...options.filter((o) => o)].join(" ");
  return kernel(name, CHUNK_PARAMS, bindings(v), body(v));
});

function bindings(v: ChunkVariant): Record<string, Binding> {
  const output = v.writes === "output";
  return {
    u: read(),
    delta: read(),
    b: read(),
    a_log: read("vec4f"),
    dt_bias: read(),
    ...(output ? { c: read(), skip: read(), y: write() } : { states: write("vec4f"), sums: write() }),
    ...(v.ragged ? { lengths: read("u32") } : {}),
    ...(v.gated ? { z: read() } : {}),
    ...(v.accumulates ? { accumulate: read() } : {}),
    ...(v.start === "given" ? { first: read("vec4f") } : {}),
    ...(v.start === "carried" ? { states: read("vec4f") } : {}),
    ...(v.keepsLast ? { last: write("vec4f") } : {}),
    ...(v.saves ? { saved: write("vec4f") } : {}),
  };
}

function body(v: ChunkVariant): string {
  const output = v.writes === "output";
  const moving = output ? v.gated ? ["u", "delta", "z", "y"] : ["u", "delta", "y"] : ["u", "delta"];
  // States between chunks are vec4 [B, chunks, N / 4, D]: neighbouring channels lie beside each other.
  const between = (j: number): string => `states[(part * ${v.quads}u + ${j}u) * params.channels + d]`;
  const start = { zero: () => "vec4f()", given: (j: number) => `first[state_at + ${j}u]`, carried: between }[v.start];
  return `${SOFTPLUS}${v.gated ? SILU : ""}
var<workgroup> b_tile: array<vec4f, ${v.tile * v.quads}>;
${output ? `var<workgroup> c_tile: array<vec4f, ${v.tile * v.quads}>;` : ""}
@compute @workgroup_size(${v.threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let flat = group.y * groups.x + group.x;
  if (flat >= params.groups) { return; }
  let batch = flat / params.across / params.taken;
  let index = flat / params.across % params.taken;
  let part = batch * params.chunks + index;
  let channel = (flat % params.across) * ${v.threads}u + local;
  let mine = channel < params.channels;
  let d = min(channel, params.channels - 1u);
  let valid = ${v.ragged ? "min(lengths[batch], params.length)" : "params.length"};
  let begin = index * params.chunk;
  let end = min(begin + params.chunk, valid);
  // Step s reads row first_row + s * by; in reverse, by is −1 in wrapping arithmetic.
  let row0 = batch * params.length;
  let first_row = select(row0, row0 + valid - 1u, params.reverse == 1u);
  let by = select(1u, 0xffffffffu, params.reverse == 1u);
  let state_at = (batch * params.channels + d) * ${v.quads}u;
  ${loadRates(v.quads)}
  let bias = dt_bias[d];
  ${output ? "let skipped = skip[d];" : "var sum = 0.0;"}
  ${unroll(v.quads, (j) => `var h${j} = ${start(j)};`)}
  let begin_row = first_row + begin * by;
  ${moving.map(startMoving).join("\n")}
  for (var at = begin; at < end; at += ${v.tile}u) {
    ${v.saves ? saveStates(v) : ""}workgroupBarrier();
    ${loadTile(v, output ? ["b", "c"] : ["b"])}
    workgroupBarrier();
    let stop = min(end - at, ${v.tile}u);
    for (var k = 0u; k < stop; k += ${v.unrolled}u) {
      ${unroll(v.unrolled, (i) => loadStep(v, output, i))}
      ${unroll(v.unrolled, (i) => takeStep(v, output, i))}
      ${moving.map((name) => `${name}_i += ${v.unrolled}u * ${name}_by;`).join("\n")}
    }
  }
  if (mine) {
    ${
    output
      ? zeroPadding
      : `${unroll(v.quads, (j) => `${between(j)} = h${j};`)}\nsums[part * params.channels + d] = sum;`
  }
    ${v.keepsLast ? unroll(v.quads, (j) => `last[state_at + ${j}u] = h${j};`) : ""}
  }
}`;
}

/** Rows past a sequence's end, all of them past its last step in either direction. */
const zeroPadding = `
for (var s = max(begin, valid); s < min(begin + params.chunk, params.length); s++) {
  y[(row0 + s) * params.channels + d] = 0.0;
}`;

/** The states before the tile, in `saved` as vec4 [B, tiles, N / 4, D]. */
function saveStates({ quads, tile }: ChunkVariant): string {
  return `if (mine) {
    let save_at = (batch * ((params.length + ${tile - 1}u) / ${tile}u) + at / ${tile}u) * ${quads}u;
    ${unroll(quads, (j) => `saved[(save_at + ${j}u) * params.channels + d] = h${j};`)}
  }`;
}

/** An index that moves through the rows of `name` in the scan's direction. */
export function startMoving(name: string): string {
  const [stride, at] = ["y", "dy"].includes(name)
    ? ["params.channels", "0u"]
    : [`params.${name}_stride`, `params.${name}_at`];
  return `let ${name}_by = ${stride} * by;
var ${name}_i = begin_row * ${stride} + ${at} + d;`;
}

/** B (and C) of the tile's steps; zero past the end, where memory may hold anything. */
export function loadTile(
  v: { readonly tile: number; readonly quads: number; readonly threads: number },
  names: readonly string[],
): string {
  const total = v.tile * v.quads;
  const load = (name: string): string => `
    let ${name}_from = row * params.${name}_stride + params.${name}_at + column;
    var ${name}_quad = vec4f();
    if (inside) {
      ${name}_quad = vec4f(${[0, 1, 2, 3].map((i) => `${name}[${name}_from + ${i}u]`).join(", ")});
    }
    ${name}_tile[i] = ${name}_quad;`;
  return unroll(Math.ceil(total / v.threads), (round) => `
  {
    let i = local + ${round * v.threads}u;
    if (i < ${total}u) {
      let s = at + i / ${v.quads}u;
      let inside = s < end;
      let row = first_row + s * by;
      let column = (i % ${v.quads}u) * 4u;
      ${names.map(load).join("")}
    }
  }`);
}

/** Loads of step k + i. Past the end they read another row or nothing, and `takeStep` drops what they read. */
function loadStep(v: ChunkVariant, output: boolean, i: number): string {
  return `
let u${i} = u[u_i + ${i}u * u_by];
let delta${i} = delta[delta_i + ${i}u * delta_by];
${output && v.gated ? `let z${i} = z[z_i + ${i}u * z_by];` : ""}
${output && v.accumulates ? `let more${i} = accumulate[y_i + ${i}u * y_by];` : ""}`;
}

/** Step k + i. Past the end Δ and Δ u are zero, which leaves the state as it is. */
function takeStep(v: ChunkVariant, output: boolean, i: number): string {
  const tile = (name: string) => (j: number): string => `${name}_tile[(k + ${i}u) * ${v.quads}u + ${j}u]`;
  return `
let inside${i} = k + ${i}u < stop;
let dt${i} = select(0.0, softplus(delta${i} + bias), inside${i});
let x${i} = select(0.0, dt${i} * u${i}, inside${i});
${advance(v.quads, `dt${i}`, `x${i}`, tile("b"))}
${
    output
      ? `${readOut(v.quads, `out${i}`, tile("c"))}
out${i} = fma(skipped, u${i}, out${i});
${v.gated ? `out${i} *= silu(z${i});` : ""}
${v.accumulates ? `out${i} += more${i};` : ""}
if (inside${i} && mine) { y[y_i + ${i}u * y_by] = out${i}; }`
      : `sum += dt${i};`
  }`;
}
