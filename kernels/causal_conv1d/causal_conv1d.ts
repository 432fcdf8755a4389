import {
  asColumns,
  type Binding,
  type Columns,
  describe,
  expectShape,
  type Gpu,
  type Kernel,
  kernel,
  read,
  type Tensor,
  unroll,
  variants,
  write,
} from "../gpu/mod.ts";
import type { Lengths } from "../lengths.ts";
import { causalConv1dBackward } from "./causal_conv1d_backward.ts";
import { activate, convolve } from "./convolve_wgsl.ts";

export interface CausalConv1dOptions {
  /** Applies SiLU to the result. */
  readonly silu?: boolean;
  /** Rows of each sequence that are real; without it all are. */
  readonly lengths?: Lengths;
  /** Runs over each sequence from its own last valid row down to row 0: y[t] sees x[t], x[t + 1], … */
  readonly reverse?: boolean;
  /** The inputs before the first row, oldest first, [B, width − 1, D]; zero without it. */
  readonly state?: Tensor;
  /** Also returns the state after the last row taken. */
  readonly wantFinalState?: boolean;
}

const PARAMS = {
  length: "u32",
  channels: "u32",
  /** Workgroups beside each other that cover the channels, and runs that cover a sequence. */
  across: "u32",
  runs: "u32",
  groups: "u32",
  reverse: "u32",
  x_stride: "u32",
  x_at: "u32",
} as const;

/** One channel an invocation and `run` rows of it, each input loaded once a run and kept in registers. */
const convolutionKernel: (
  taps: number,
  threads: number,
  run: number,
  silu: boolean,
  ragged: boolean,
  carried: boolean,
  keepsLast: boolean,
) => Kernel<typeof PARAMS, Record<string, Binding>> = variants(
  (taps, threads, run, silu, ragged, carried, keepsLast) => {
    const options = [silu && "silu", ragged && "ragged", carried && "state", keepsLast && "last"].filter((o) => o);
    const bindings: Record<string, Binding> = {
      x: read(),
      weight: read(),
      bias: read(),
      y: write(),
      ...(ragged ? { lengths: read("u32") } : {}),
      ...(carried ? { state: read() } : {}),
      ...(keepsLast ? { last: write() } : {}),
    };
    const past = taps - 1;
    const input = (row: string): string => `x[(${row}) * params.x_stride + params.x_at + d]`;
    const stateRow = (row: string): string =>
      carried ? `state[(batch * ${past}u + ${row}) * params.channels + d]` : "0.0";
    return kernel(
      ["causal_conv1d", taps, `${threads}x${run}`, ...options].join(" "),
      PARAMS,
      bindings,
      `
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let flat = group.y * groups.x + group.x;
  let d = (flat % params.across) * ${threads}u + local;
  if (flat >= params.groups || d >= params.channels) { return; }
  let batch = flat / params.across / params.runs;
  let begin = flat / params.across % params.runs * ${run}u;
  let valid = ${ragged ? "min(lengths[batch], params.length)" : "params.length"};
  // Step s is row first_row + s * by; in reverse, by is −1 in wrapping arithmetic. Steps past the end read another row
  // or nothing; only their own outputs would see it, and those are zero.
  let row0 = batch * params.length;
  let first_row = select(row0, row0 + valid - 1u, params.reverse == 1u);
  let by = select(1u, 0xffffffffu, params.reverse == 1u);
  let begin_row = first_row + begin * by;
  ${unroll(taps, (k) => `let w${k} = weight[${k}u * params.channels + d];`)}
  let b = bias[d];
  ${unroll(past, (i) => `var x${i} = 0.0;`)}
  if (begin > 0u) {
    ${unroll(past, (i) => `x${i} = ${input(`begin_row - ${past - i}u * by`)};`)}
  } else {
    ${unroll(past, (i) => `x${i} = ${stateRow(`${i}u`)};`)}
  }
  ${unroll(run, (i) => `let x${past + i} = ${input(`begin_row + ${i}u * by`)};`)}
  ${
        unroll(run, (i) => `
  if (begin + ${i}u < params.length) {
    let inside = begin + ${i}u < valid;
    let out = ${convolve(taps, (k) => `x${i + k}`)};
    let row = select(row0 + begin + ${i}u, begin_row + ${i}u * by, inside); // padding lies past the end either way
    y[row * params.channels + d] = select(0.0, ${activate("out", silu)}, inside);
  }`)
      }
  ${
        keepsLast
          ? `if (begin == 0u) {
    ${
            unroll(past, (i) => `
    var last${i} = 0.0;
    if (valid + ${i}u >= ${past}u) { last${i} = ${input(`first_row + (valid + ${i}u - ${past}u) * by`)}; }
    else { last${i} = ${stateRow(`valid + ${i}u`)}; }
    last[(batch * ${past}u + ${i}u) * params.channels + d] = last${i};`)
          }
  }`
          : ""
      }
}`,
    );
  },
);

/**
 * Causal depthwise convolution over time: y[t, d] = bias[d] + Σ_k weight[k, d] x[t − width + 1 + k, d], then SiLU if
 * asked. x [B, L, D], weight [width, D] with width 2 … 4 (the last tap is the newest row's), bias [D] → y [B, L, D].
 * Rows past a sequence's length are never looked at, and zero in y. Throws RangeError where shapes do not fit.
 */
export function causalConv1d(
  gpu: Gpu,
  x: Tensor | Columns,
  weight: Tensor,
  bias: Tensor,
  options: CausalConv1dOptions = {},
): { y: Tensor; finalState?: Tensor } {
  const { batch, length, channels, taps, stride, at, tensor } = convolutionShape(x, weight, bias);
  const { silu = false, lengths, reverse = false, state, wantFinalState = false } = options;
  if (state) expectShape("state", state, [batch, taps - 1, channels]);
  if (lengths && lengths.host.length !== batch) {
    throw new RangeError(`lengths: expected one for each of ${batch} sequences, got ${lengths.host.length}`);
  }
  const y = gpu.tensor([batch, length, channels]);
  const last = wantFinalState ? gpu.tensor([batch, taps - 1, channels], "f32", "state") : undefined;
  const threads = channels >= 128 ? 128 : 32;
  const run = 8;
  const across = Math.ceil(channels / threads);
  const runs = Math.max(1, Math.ceil(length / run));
  const groups = batch * across * runs;
  gpu.dispatch(
    convolutionKernel(taps, threads, run, silu, !!lengths, !!state, wantFinalState),
    {
      x: tensor,
      weight,
      bias,
      y,
      ...(lengths && { lengths: lengths.device }),
      ...(state && { state }),
      ...(last && { last }),
    },
    { length, channels, across, runs, groups, reverse: Number(reverse), x_stride: stride, x_at: at },
    gpu.grid(groups),
  );
  gpu.tape?.record(
    "causal_conv1d",
    [x, weight, bias, state],
    last ? [y, last] : [y],
    [x, weight, bias, state, lengths?.device],
    (tape) => {
      const dLast = last && tape.gradientOf(last);
      const dy = tape.gradientOf(y) ?? gpu.zeros(y.shape);
      const targets = {
        x: tape.gradientInto(x),
        weight: tape.gradientInto(weight),
        bias: tape.gradientInto(bias),
        state: tape.gradientInto(state),
      };
      const record = { x: asColumns(x), weight, bias, silu, reverse, lengths, state };
      causalConv1dBackward(gpu, record, dy, dLast, targets);
    },
  );
  return last ? { y, finalState: last } : { y };
}

/** The sizes of a convolution. Throws RangeError where the shapes contradict each other. */
export function convolutionShape(
  x: Tensor | Columns,
  weight: Tensor,
  bias: Tensor,
): { batch: number; length: number; channels: number; taps: number; stride: number; at: number; tensor: Tensor } {
  const { tensor, offset: at, width: channels } = asColumns(x);
  if (tensor.shape.length !== 3) throw new RangeError(`x: expected [B, L, D], got ${describe(tensor)}`);
  const [batch, length, stride] = tensor.shape;
  expectShape("weight", weight, [-1, channels]);
  expectShape("bias", bias, [channels]);
  const taps = weight.shape[0];
  if (taps < 2 || taps > 4) throw new RangeError(`weight: expected 2 to 4 taps, got ${describe(weight)}`);
  return { batch, length, channels, taps, stride, at, tensor };
}
