import { type Binding, type Kernel, kernel, read, variants, write } from "../gpu/mod.ts";

/** Uniform parameters of `carryKernel`. */
export const CARRY_PARAMS = {
  channels: "u32",
  /** Chunks a sequence in `states` and `sums`. */
  chunks: "u32",
  /** Workgroups that lie beside each other to cover the states of a sequence. */
  across: "u32",
  /** Workgroups that the dispatch needs. */
  groups: "u32",
  /** Chunks a segment. */
  segment: "u32",
} as const;

/** Neighbouring states that a workgroup takes: one cache line. */
export const CARRY_LANES = 32;
/** Chunks whose loads are issued together. */
const AHEAD = 4;

/**
 * Turns each chunk's end state from zero into the state at its start, in place: h_k ← exp(A Σ Δ) h_{k−1} + end_{k−1}.
 * A workgroup takes 32 states of one sequence and `segments` groups of chunks side by side: each first reduces its own
 * chunks, then combines those of the segments before it, then goes over its chunks again (from cache) and writes. The state
 * behind the last chunk is written to or added to `last` where it is wanted. The backward carries adjoints with it, for
 * which the last chunk comes first.
 */
export const carryKernel: (
  quads: number,
  segments: number,
  given: boolean,
  keepsLast: boolean,
  addsLast: boolean,
) => Kernel<typeof CARRY_PARAMS, Record<string, Binding>> = variants(
  (quads: number, segments: number, given: boolean, keepsLast: boolean, addsLast: boolean) =>
    kernel(
      `selective_scan carry N${4 * quads} ${segments}${given ? " given" : ""}${
        keepsLast ? addsLast ? " add last" : " last" : ""
      }`,
      CARRY_PARAMS,
      {
        states: write(),
        sums: read(),
        a_log: read(),
        ...(given ? { first: read() } : {}),
        ...(keepsLast ? { last: write() } : {}),
      } as Record<string, Binding>,
      `
var<workgroup> ends: array<f32, ${segments * CARRY_LANES}>;
var<workgroup> totals: array<f32, ${segments * CARRY_LANES}>;
@compute @workgroup_size(${segments * CARRY_LANES})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let flat = group.y * groups.x + group.x;
  if (flat >= params.groups) { return; }
  let batch = flat / params.across;
  let count = params.channels * ${4 * quads}u; // states a sequence, in the order [N / 4, D, 4]
  let lane = local % ${CARRY_LANES}u;
  let segment = local / ${CARRY_LANES}u;
  let state = (flat % params.across) * ${CARRY_LANES}u + lane;
  let mine = state < count;
  let i = min(state, count - 1u);
  let d = (i / 4u) % params.channels;
  let outside = (batch * params.channels + d) * ${
        4 * quads
      }u + i / (4u * params.channels) * 4u + i % 4u; // in [B, D, N]
  let rate = -1.4426950408889634 * exp(a_log[outside - batch * count]);
  let begin = segment * params.segment;
  let end = min(begin + params.segment, params.chunks);
  let part = batch * params.chunks;
  var h = 0.0;
  var total = 0.0;
  ${overChunks("total += s; h = fma(exp2(rate * s), h, e);")}
  ends[local] = h;
  totals[local] = total;
  workgroupBarrier();
  h = ${given ? "first[outside]" : "0.0"};
  for (var before = 0u; before < segment; before++) {
    h = fma(exp2(rate * totals[before * ${CARRY_LANES}u + lane]), h, ends[before * ${CARRY_LANES}u + lane]);
  }
  ${overChunks("if (mine) { states[at] = h; } h = fma(exp2(rate * s), h, e);")}
  ${keepsLast ? `if (mine && segment == ${segments - 1}u) { last[outside] ${addsLast ? "+=" : "="} h; }` : ""}
}`,
    ),
);

/** Runs `body` for chunks begin … end − 1 with the end state `e`, kept at states[at], and Σ Δ `s`. */
function overChunks(body: string): string {
  const ahead = Array.from({ length: AHEAD }, (_, k) => k);
  return `
  for (var k = begin; k < end; k += ${AHEAD}u) {
    ${
    ahead.map((a) => `
    let k${a} = min(k + ${a}u, end - 1u);
    let e${a} = states[(part + k${a}) * count + i];
    let s${a} = sums[(part + k${a}) * params.channels + d];`).join("")
  }
    ${
    ahead.map((a) =>
      `if (k + ${a}u < end) { let at = (part + k${a}) * count + i; let e = e${a}; let s = s${a}; ${body} }`
    ).join("\n")
  }
  }`;
}
