import { slopeFunction } from "../elementwise/activation_slope.ts";
import {
  type Binding,
  joined,
  type Kernel,
  kernel,
  type ParamType,
  read,
  unroll,
  variants,
  write,
} from "../gpu/mod.ts";
import { convolve } from "./convolve_wgsl.ts";

/** Channels and slices of a workgroup's invocations. */
export const CHANNELS = 32;
const SLICES = 8;
/** Rows that an invocation takes at once, and a workgroup. */
const RUN = 8;
export const BLOCK = RUN * SLICES;

/** What is baked into a backward kernel. */
export interface BackwardForm {
  readonly taps: number;
  readonly silu: boolean;
  /** Whether there are lengths, a state before the first row, and a gradient of the state after the last. */
  readonly ragged: boolean;
  readonly carried: boolean;
  readonly finalGradient: boolean;
  /** What is wanted: dx written or added, the partial sums of dweight and dbias, dstate written or added. */
  readonly dx: "" | "writes" | "adds";
  readonly sums: boolean;
  readonly dState: "" | "writes" | "adds";
}

const PARAMS: Record<string, ParamType> = {
  length: "u32",
  channels: "u32",
  /** Workgroups beside each other that cover the channels, and those after each other that cover a sequence. */
  across: "u32",
  chunks: "u32",
  /** Blocks that a workgroup takes. */
  blocks: "u32",
  groups: "u32",
  reverse: "u32",
  x_stride: "u32",
  x_at: "u32",
  dx_stride: "u32",
  dx_at: "u32",
};

/**
 * Gradients of `causalConv1d`. An invocation takes one channel and 8 steps s of it, and needs g = dy·silu′(pre) of those and of
 * the taps − 1 after them, so it computes pre again from the inputs around, which it holds in registers anyway:
 * dx[s] = Σ_k w_k g[s + taps − 1 − k], dw_k = Σ_s g[s] x[s − taps + 1 + k], db = Σ_s g[s]. The eight slices of a workgroup add up
 * what they have of dw and db in workgroup memory: partials [B · chunks, taps + 1, D].
 */
export function backwardKernel(form: BackwardForm): Kernel {
  return made(JSON.stringify(form));
}

const made = variants((key: string): Kernel => {
  const form: BackwardForm = JSON.parse(key);
  const { taps, silu, ragged, carried, finalGradient, dx, sums, dState } = form;
  const past = taps - 1;
  const ahead = RUN + past;
  const words = [silu && "silu", ragged && "ragged", carried && "state", finalGradient && "last"];
  const wanted = [dx && `dx ${dx}`, sums && "sums", dState && `dstate ${dState}`];
  const bindings: Record<string, Binding> = {
    x: read(),
    weight: read(),
    ...(silu ? { bias: read() } : {}),
    dy: read(),
    ...(ragged ? { lengths: read("u32") } : {}),
    ...(carried ? { state: read() } : {}),
    ...(finalGradient ? { d_last: read() } : {}),
    ...(dx ? { dx: write() } : {}),
    ...(dState ? { d_state: write() } : {}),
    ...(sums ? { partials: write() } : {}),
  };
  const stateRow = (row: string) => `(batch * ${past}u + ${row}) * params.channels + d`;
  const input = (step: string) => `x[(first_row + (${step}) * by) * params.x_stride + params.x_at + d]`;

  /** Step begin − past + i: the state's before the first, and nothing past the end. */
  const load = (i: number) =>
    i < past
      ? `if (begin > 0u) { x${i} = ${input(`begin + ${i}u - ${past}u`)}; }${
        carried ? ` else { x${i} = state[${stateRow(`${i}u`)}]; }` : ""
      }`
      : `x${i} = select(0.0, ${input(`begin + ${i - past}u`)}, begin + ${i - past}u < valid);`;
  const gradient = (j: number) => `
    let dy${j} = select(0.0, dy[(first_row + (begin + ${j}u) * by) * params.channels + d], begin + ${j}u < valid);
    ${silu ? `let pre${j} = ${convolve(taps, (k) => `x${j + k}`)};` : ""}
    g${j} = ${silu ? `dy${j} * silu_slope(pre${j})` : `dy${j}`};`;
  const put = (target: string, at: string, how: "" | "writes" | "adds", value: string) =>
    `${target}[${at}] = ${how === "adds" ? `${target}[${at}] + ` : ""}${value};`;
  const row = (j: number) => `
      if (begin + ${j}u < params.length) {
        let inside = begin + ${j}u < valid;
        var value = ${joined(taps, " + ", (k) => `w${k} * g${j + past - k}`)};
        ${
    finalGradient
      ? `if (inside && begin + ${j + past}u >= valid) { value += d_last[${stateRow(`begin + ${j + past}u - valid`)}]; }`
      : ""
  }
        let row = select(row0 + begin + ${j}u, first_row + (begin + ${j}u) * by, inside); // padding lies past the end either way
        ${put("dx", "row * params.dx_stride + params.dx_at + d", dx, "value")}
      }`;
  const stateGradient = (i: number) => `
        var value${i} = ${joined(i + 1, " + ", (k) => `w${k} * g${i - k}`)};
        ${finalGradient ? `if (valid <= ${i}u) { value${i} += d_last[${stateRow(`${i}u - valid`)}]; }` : ""}
        ${put("d_state", stateRow(`${i}u`), dState, `value${i}`)}`;

  return kernel(
    ["causal_conv1d backward", taps, ...words, ...wanted].filter((word) => word).join(" "),
    PARAMS,
    bindings,
    `
${silu ? slopeFunction("silu", "silu_slope", "f32") : ""}
${sums ? `var<workgroup> shared_sums: array<f32, ${CHANNELS * SLICES * (taps + 1)}>;` : ""}

@compute @workgroup_size(${CHANNELS * SLICES})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let flat = group.y * groups.x + group.x;
  if (flat >= params.groups) { return; }
  let channel = (flat % params.across) * ${CHANNELS}u + local % ${CHANNELS}u;
  let d = min(channel, params.channels - 1u);
  let mine = channel < params.channels;
  let slice = local / ${CHANNELS}u;
  let part = flat / params.across;
  let batch = part / params.chunks;
  let chunk = part - batch * params.chunks;
  let valid = ${ragged ? "min(lengths[batch], params.length)" : "params.length"};
  let row0 = batch * params.length;
  let first_row = select(row0, row0 + valid - 1u, params.reverse == 1u);
  let by = select(1u, 0xffffffffu, params.reverse == 1u); // −1 in wrapping arithmetic
  ${unroll(taps, (k) => `let w${k} = weight[${k}u * params.channels + d];`)}
  ${silu ? "let b = bias[d];" : ""}
  ${sums ? unroll(taps + 1, (k) => `var sum${k} = 0.0;`) : ""}
  for (var block = chunk * params.blocks; block < (chunk + 1u) * params.blocks; block++) {
    let begin = block * ${BLOCK}u + slice * ${RUN}u;
    ${unroll(past + ahead, (i) => `var x${i} = 0.0;`)}
    ${unroll(ahead, (j) => `var g${j} = 0.0;`)}
    if (begin < valid) {
      ${unroll(past + ahead, load)}
      ${unroll(ahead, gradient)}
    }
    if (mine) {
      ${dx ? unroll(RUN, row) : ""}
      ${dState ? `if (begin == 0u) {${unroll(past, stateGradient)}\n      }` : ""}
    }
    ${
      sums
        ? unroll(taps, (k) => `sum${k} += ${joined(RUN, " + ", (j) => `g${j} * x${j + k}`)};`) +
          `\n    sum${taps} += ${joined(RUN, " + ", (j) => `g${j}`)};`
        : ""
    }
  }
  ${
      sums
        ? `${unroll(taps + 1, (k) => `shared_sums[${k * CHANNELS * SLICES}u + local] = sum${k};`)}
  workgroupBarrier();
  if (mine && slice <= ${taps}u) {
    let from_sum = slice * ${CHANNELS * SLICES}u + local % ${CHANNELS}u;
    partials[(part * ${taps + 1}u + slice) * params.channels + d] =
      ${joined(SLICES, " + ", (s) => `shared_sums[from_sum + ${s * CHANNELS}u]`)};
  }`
        : ""
    }
}`,
  );
});
