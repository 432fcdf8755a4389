import { type Binding, type Kernel, kernel, read, unroll, variants, write } from "../gpu/mod.ts";
import { placeBindings, placeParams, type Placing, putGradient } from "./gradient_places.ts";
import { back, declare, forwardAgain, keepWeights, stage, walkFromTile } from "./gradient_wgsl.ts";
import { LAYOUT_PARAMS } from "./scan_inputs.ts";
import { SIGMOID, SOFTPLUS } from "./scan_wgsl.ts";

/** What `gradientKernel` puts in place itself; the rest goes to `finishKernel` as partial sums. */
export const PLACED_AT_ONCE = ["du", "ddelta", "dz"] as const;

/** Uniform parameters of `gradientKernel`. */
export const GRADIENT_PARAMS: Record<string, "u32"> = {
  /** Rows a sequence, padding included; and all rows. */
  length: "u32",
  rows: "u32",
  channels: "u32",
  /** Workgroups that lie beside each other to cover the channels. */
  across: "u32",
  /** Chunks a sequence. */
  chunks: "u32",
  /** Steps a chunk. */
  chunk: "u32",
  /** Tiles a sequence in `saved`. */
  tiles: "u32",
  /** Workgroups that the dispatch needs. */
  groups: "u32",
  /** 1: from the last valid row down to row 0. */
  reverse: "u32",
  /** First elements of the weights' and of the initial state's partial sums: see `finishKernel`. */
  weights_at: "u32",
  initial_at: "u32",
  ...LAYOUT_PARAMS,
  ...placeParams(PLACED_AT_ONCE),
};

/** What is baked into the text of a gradient kernel. */
export interface GradientVariant {
  /** A quarter of the number of states. */
  readonly quads: number;
  /** Channels of a workgroup, a multiple of 8. */
  readonly channels: number;
  /** Steps between the states that the forward saved. */
  readonly tile: number;
  /** Steps whose states lie in registers at once; divides `tile`. */
  readonly sub: number;
  readonly ragged: boolean;
  readonly gated: boolean;
  /** Where the adjoint behind the last step comes from: nowhere, the caller (one chunk a sequence), or the carry pass. */
  readonly end: "zero" | "given" | "carried";
  /** Whether the gradient of the state before the first step is kept (one chunk a sequence). */
  readonly keepsInitial: boolean;
  readonly placing: Placing;
}

/**
 * All gradients of a chunk, an invocation a quad of states of one channel: see README.md. A workgroup walks the chunk's
 * tiles from the last to the first. From the saved state at a tile's start it computes the states again, holds those of
 * `sub` steps in registers, and goes back over them with the adjoint.
 */
export function gradientKernel(variant: GradientVariant): Kernel<typeof GRADIENT_PARAMS, Record<string, Binding>> {
  return made(JSON.stringify(variant));
}

const made = variants((key: string) => {
  const v: GradientVariant = JSON.parse(key);
  const options = [v.ragged && "ragged", v.gated && "gated", v.keepsInitial && "initial"].filter((o) => o);
  const placed = Object.entries(v.placing).map(([name, binding]) => name + binding);
  const shape = `N${4 * v.quads} ${v.channels}x${v.tile}x${v.sub}`;
  const name = ["selective_scan gradients", v.end, shape, ...options, ...placed].join(" ");
  const bindings = {
    u: read(),
    delta: read(),
    b: read(),
    c: read(),
    dy: read(),
    a_log: read("vec4f"),
    skip: read(),
    dt_bias: read(),
    saved: read("vec4f"),
    partials: write(),
    ...(v.ragged ? { lengths: read("u32") } : {}),
    ...(v.gated ? { z: read() } : {}),
    ...(v.end === "zero" ? {} : { ends: read("vec4f") }),
    ...placeBindings(v.placing),
  } as Record<string, Binding>;
  return kernel(name, GRADIENT_PARAMS, bindings, body(v));
});

function body(v: GradientVariant): string {
  const { quads, channels, tile, sub } = v;
  const end = {
    zero: "vec4f()",
    given: `ends[(batch * params.channels + d) * ${quads}u + q]`,
    // Chunks lie last first.
    carried: `ends[((batch * params.chunks + params.chunks - 1u - index) * ${quads}u + q) * params.channels + d]`,
  }[v.end];
  return `${SOFTPLUS}${SIGMOID}
${declare(v)}
@compute @workgroup_size(${channels * quads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let flat = group.y * groups.x + group.x;
  if (flat >= params.groups) { return; }
  let slab = flat % params.across;
  let batch = flat / params.across / params.chunks;
  let index = flat / params.across % params.chunks;
  let lane = local % ${channels}u;
  let q = local / ${channels}u;
  let channel = slab * ${channels}u + lane;
  let mine = channel < params.channels;
  let d = min(channel, params.channels - 1u);
  let valid = ${v.ragged ? "min(lengths[batch], params.length)" : "params.length"};
  let begin = index * params.chunk;
  let end = max(begin, min(begin + params.chunk, valid));
  // Step s reads row first_row + s * by; in reverse, by is −1 in wrapping arithmetic.
  let row0 = batch * params.length;
  let first_row = select(row0, row0 + valid - 1u, params.reverse == 1u);
  let by = select(1u, 0xffffffffu, params.reverse == 1u);
  let rates = -1.4426950408889634 * exp(a_log[d * ${quads}u + q]);
  let bias = dt_bias[d];
  let skipped = skip[d];
  // Which sum over channels is this invocation's: a step's B (even lines) or C, a quad, one of its four.
  let sum_line = local / ${4 * quads}u;
  let sum_quad = local / 4u % ${quads}u;
  let sum_part = local % 4u;
  var g = ${end};
  var rates_gradient = vec4f();
  var own = vec2f(); // gradients of skip and bias
  for (var left = (end - begin + ${tile - 1}u) / ${tile}u; left > 0u; left--) {
    let at = begin + (left - 1u) * ${tile}u;
    ${stage(v)}
    let start = saved[((batch * params.tiles + at / ${tile}u) * ${quads}u + q) * params.channels + d];
    workgroupBarrier();
    let subs = min((end - at + ${sub - 1}u) / ${sub}u, ${tile / sub}u);
    ${walkFromTile(v)}
    for (var later = subs; later > 0u; later--) {
      let sub = later - 1u;
      ${forwardAgain(v)}
      ${back(v)}
    }
  }
  ${v.ragged ? zeroPadding(v) : ""}
  ${keepWeights(v)}
  ${v.keepsInitial ? keepInitial(quads) : ""}
}`;
}

/** Rows past a sequence's end, all of them past its last step in either direction; what is there to add to, stays. */
function zeroPadding({ quads, placing }: GradientVariant): string {
  const clear = (name: string): string => putGradient(placing, name, "row0 + s", "d", "0.0");
  return `if (mine) {
    for (var s = max(begin, valid) + q; s < min(begin + params.chunk, params.length); s += ${quads}u) {
      ${PLACED_AT_ONCE.map(clear).join("\n")}
    }
  }`;
}

/** The gradient of the state before the first step, as [B, N / 4, D, 4]. */
function keepInitial(quads: number): string {
  return `if (mine) {
    let initial_at = params.initial_at + ((batch * ${quads}u + q) * params.channels + d) * 4u;
    ${unroll(4, (i) => `partials[initial_at + ${i}u] = g[${i}];`)}
  }`;
}
