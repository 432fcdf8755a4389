import {
  type Binding,
  type Columns,
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
import { convolutionShape } from "./causal_conv1d.ts";
import { activate, convolve } from "./convolve_wgsl.ts";

const PARAMS = {
  length: "u32",
  channels: "u32",
  across: "u32",
  groups: "u32",
  x_stride: "u32",
  x_at: "u32",
} as const;
const THREADS = 64;

const stepKernel: (taps: number, silu: boolean) => Kernel<typeof PARAMS, Record<string, Binding>> = variants(
  (taps: number, silu: boolean) => {
    const past = taps - 1;
    const row = (i: number): string => `state[(batch * ${past}u + ${i}u) * params.channels + d]`;
    return kernel(
      `causal_conv1d step ${taps}${silu ? " silu" : ""}`,
      PARAMS,
      { x: read(), weight: read(), bias: read(), state: write(), y: write() } as Record<string, Binding>,
      `
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let flat = group.y * groups.x + group.x;
  let d = (flat % params.across) * ${THREADS}u + local;
  if (flat >= params.groups || d >= params.channels) { return; }
  let batch = flat / params.across;
  ${unroll(taps, (k) => `let w${k} = weight[${k}u * params.channels + d];`)}
  let b = bias[d];
  ${unroll(past, (i) => `var x${i} = ${row(i)};`)}
  for (var t = 0u; t < params.length; t++) {
    let row = batch * params.length + t;
    let x${past} = x[row * params.x_stride + params.x_at + d];
    let out = ${convolve(taps, (k) => `x${k}`)};
    y[row * params.channels + d] = ${activate("out", silu)};
    ${unroll(past, (i) => `x${i} = x${i + 1};`)}
  }
  ${unroll(past, (i) => `${row(i)} = x${i};`)}
}`,
    );
  },
);

/**
 * `causalConv1d` of the next row (or few) of each sequence, for decoding: x [B, L, D] with small L; `state`
 * [B, width − 1, D] holds the inputs before and, afterwards, those up to these rows → y [B, L, D].
 */
export function causalConv1dStep(
  gpu: Gpu,
  x: Tensor | Columns,
  weight: Tensor,
  bias: Tensor,
  state: Tensor,
  { silu = false }: { readonly silu?: boolean } = {},
): Tensor {
  const { batch, length, channels, taps, stride, at, tensor } = convolutionShape(x, weight, bias);
  expectShape("state", state, [batch, taps - 1, channels]);
  const y = gpu.tensor([batch, length, channels]);
  const across = Math.ceil(channels / THREADS);
  gpu.dispatch(
    stepKernel(taps, silu),
    { x: tensor, weight, bias, state, y },
    { length, channels, across, groups: batch * across, x_stride: stride, x_at: at },
    gpu.grid(batch * across),
  );
  return y;
}
