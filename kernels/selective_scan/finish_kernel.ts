import { type Binding, type Kernel, kernel, read, unroll, variants } from "../gpu/mod.ts";
import { placeBindings, placeParams, type Placing, putGradient } from "./gradient_places.ts";

/** What `finishKernel` puts in place. */
export const PLACED_AT_LAST = ["db", "dc", "da_log", "dd", "ddt_bias", "dinitial"] as const;

/** Uniform parameters of `finishKernel`. */
export const FINISH_PARAMS: Record<string, "u32"> = {
  length: "u32",
  /** Rows of all sequences. */
  rows: "u32",
  channels: "u32",
  /** Partial sums of B's and C's gradients, one a workgroup's worth of channels. */
  slabs: "u32",
  /** Partial sums of the weights' gradients, one a chunk of a sequence. */
  parts: "u32",
  weights_at: "u32",
  initial_at: "u32",
  /** Elements in vec4s that each of the kernel's three jobs has, 0 where nothing of it is wanted. */
  inputs: "u32",
  weights: "u32",
  initials: "u32",
  /** Workgroups that the first two take, and all. */
  input_groups: "u32",
  weight_groups: "u32",
  groups: "u32",
  ...placeParams(PLACED_AT_LAST),
};

export const FINISH_THREADS = 256;
/** Neighbouring vec4s of the weights' partial sums that a workgroup takes, in as many segments as invocations are left. */
export const FINISH_LANES = 16;
const SEGMENTS = FINISH_THREADS / FINISH_LANES;

/**
 * Sums what `gradientKernel` left in parts, in their order, three jobs side by side: B's and C's gradients over the
 * channels, the weights' over batch and chunks, and the initial state's, which only has to be put in place.
 */
export const finishKernel = (quads: number, ragged: boolean, placing: Placing): Kernel<
  typeof FINISH_PARAMS,
  Record<string, Binding>
> => made(quads, ragged, JSON.stringify(placing));

const made = variants((quads: number, ragged: boolean, key: string) => {
  const placing: Placing = JSON.parse(key);
  const placed = Object.entries(placing).map(([name, binding]) => name + binding);
  return kernel(
    ["selective_scan finish", `N${4 * quads}`, ...(ragged ? ["ragged"] : []), ...placed].join(" "),
    FINISH_PARAMS,
    {
      partials: read("vec4f"),
      ...(ragged ? { lengths: read("u32") } : {}),
      ...placeBindings(placing),
    } as Record<string, Binding>,
    `
var<workgroup> sums: array<vec4f, ${FINISH_THREADS}>;
@compute @workgroup_size(${FINISH_THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let flat = group.y * groups.x + group.x;
  if (flat >= params.groups) { return; }
  if (flat < params.input_groups) {
    let item = flat * ${FINISH_THREADS}u + local;
    if (item < params.inputs) { ${sumInputs(quads, ragged, placing)} }
    return;
  }
  if (flat >= params.input_groups + params.weight_groups) {
    let item = (flat - params.input_groups - params.weight_groups) * ${FINISH_THREADS}u + local;
    if (item < params.initials) {
      let total = partials[params.initial_at / 4u + item];
      let row = item / (${quads}u * params.channels) * params.channels + item % params.channels;
      let column = item / params.channels % ${quads}u * 4u;
      ${putQuad(placing, "dinitial", "row", "column", "total")}
    }
    return;
  }
  ${sumWeights(quads, placing)}
}`,
  );
});

function putQuad(placing: Placing, name: string, row: string, column: string, value: string): string {
  return unroll(4, (i) => putGradient(placing, name, row, `${column} + ${i}u`, `${value}[${i}]`));
}

/** A quad of one row of B's and of C's gradient, over the slabs of channels; zero in padding, where none were written. */
function sumInputs(quads: number, ragged: boolean, placing: Placing): string {
  const valid = ragged ? "row % params.length < lengths[row / params.length]" : "true";
  return `
    let row = item / ${quads}u;
    let quad = item % ${quads}u;
    var b = vec4f();
    var c = vec4f();
    let slabs = select(0u, params.slabs, ${valid});
    for (var slab = 0u; slab < slabs; slab += 4u) {
      ${
    unroll(4, (i) => `
      let at${i} = (min(slab + ${i}u, slabs - 1u) * params.rows + row) * ${2 * quads}u + quad;
      let b${i} = partials[at${i}];
      let c${i} = partials[at${i} + ${quads}u];`)
  }
      ${unroll(4, (i) => `if (slab + ${i}u < slabs) { b += b${i}; c += c${i}; }`)}
    }
    ${putQuad(placing, "db", "row", "quad * 4u", "b")}
    ${putQuad(placing, "dc", "row", "quad * 4u", "c")}`;
}

/** A vec4 of a part's sums over all parts: a quad of a channel's rates, or skip and bias of two channels. */
function sumWeights(quads: number, placing: Placing): string {
  const own = (channel: string, x: string, y: string): string => `
    if (${channel} < params.channels) {
      ${putGradient(placing, "dd", "0u", channel, `total.${x}`)}
      ${putGradient(placing, "ddt_bias", "0u", channel, `total.${y}`)}
    }`;
  return `
  let lane = local % ${FINISH_LANES}u;
  let segment = local / ${FINISH_LANES}u;
  let item = (flat - params.input_groups) * ${FINISH_LANES}u + lane;
  let mine = min(item, params.weights - 1u);
  let each = (params.parts + ${SEGMENTS - 1}u) / ${SEGMENTS}u;
  let stop = min((segment + 1u) * each, params.parts);
  var sum = vec4f();
  for (var part = segment * each; part < stop; part += 4u) {
    ${
    unroll(
      4,
      (i) => `let sum${i} = partials[params.weights_at / 4u + min(part + ${i}u, stop - 1u) * params.weights + mine];`,
    )
  }
    ${unroll(4, (i) => `if (part + ${i}u < stop) { sum += sum${i}; }`)}
  }
  sums[local] = sum;
  workgroupBarrier();
  if (segment > 0u || item >= params.weights) { return; }
  var total = sums[lane];
  ${unroll(SEGMENTS - 1, (i) => `total += sums[lane + ${(i + 1) * FINISH_LANES}u];`)}
  let rates = ${quads}u * params.channels;
  if (item < rates) {
    ${putQuad(placing, "da_log", "item % params.channels", "item / params.channels * 4u", "total")}
  } else {
    let channel = (item - rates) * 2u;
    ${own("channel", "x", "y")}
    ${own("(channel + 1u)", "z", "w")}
  }`;
}
