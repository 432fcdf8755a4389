import {
  type Binding,
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
import { dense, layout, LAYOUT_PARAMS, type ScanInputs, scanShape, type ScanWeights } from "./scan_inputs.ts";
import { advance, loadRates, readOut, SILU, SOFTPLUS } from "./scan_wgsl.ts";

const THREADS = 64;

const PARAMS = { length: "u32", channels: "u32", across: "u32", groups: "u32", ...LAYOUT_PARAMS } as const;

/** One channel an invocation; B and C are read straight from memory, where all lanes ask for the same words. */
const stepKernel: (quads: number, gated: boolean) => Kernel<typeof PARAMS, Record<string, Binding>> = variants(
  (quads: number, gated: boolean) => {
    const quad = (name: string, j: number): string =>
      `vec4f(${[0, 1, 2, 3].map((i) => `${name}[${name}_i + ${4 * j + i}u]`).join(", ")})`;
    return kernel(
      `selective_scan step N${4 * quads}${gated ? " gated" : ""}`,
      PARAMS,
      {
        u: read(),
        delta: read(),
        b: read(),
        c: read(),
        ...(gated ? { z: read() } : {}),
        a_log: read("vec4f"),
        skip: read(),
        dt_bias: read(),
        state: write("vec4f"),
        y: write(),
      } as Record<string, Binding>,
      `${SOFTPLUS}${gated ? SILU : ""}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let flat = group.y * groups.x + group.x;
  let d = (flat % params.across) * ${THREADS}u + local;
  if (flat >= params.groups || d >= params.channels) { return; }
  let batch = flat / params.across;
  let state_at = (batch * params.channels + d) * ${quads}u;
  ${loadRates(quads)}
  ${unroll(quads, (j) => `var h${j} = state[state_at + ${j}u];`)}
  for (var t = 0u; t < params.length; t++) {
    let row = batch * params.length + t;
    let b_i = row * params.b_stride + params.b_at;
    let c_i = row * params.c_stride + params.c_at;
    let u_t = u[row * params.u_stride + params.u_at + d];
    let dt = softplus(delta[row * params.delta_stride + params.delta_at + d] + dt_bias[d]);
    ${advance(quads, "dt", "(dt * u_t)", (j) => quad("b", j))}
    ${readOut(quads, "out", (j) => quad("c", j))}
    out = fma(skip[d], u_t, out);
    ${gated ? "out *= silu(z[row * params.z_stride + params.z_at + d]);" : ""}
    y[row * params.channels + d] = out;
  }
  ${unroll(quads, (j) => `state[state_at + ${j}u] = h${j};`)}
}`,
    );
  },
);

/**
 * `selectiveScan` of the next row (or few) of each sequence, for decoding: one dispatch, O(1) whatever came before.
 * inputs as there with small L; `state` [B, D, N] is h before and, afterwards, after these rows → y [B, L, D].
 */
export function selectiveScanStep(gpu: Gpu, inputs: ScanInputs, weights: ScanWeights, state: Tensor): Tensor {
  const { batch, length, channels, states } = scanShape(inputs, weights);
  expectShape("state", state, [batch, channels, states]);
  const y = gpu.tensor([batch, length, channels]);
  const across = Math.ceil(channels / THREADS);
  gpu.dispatch(
    stepKernel(states / 4, !!inputs.z),
    { ...dense(inputs), a_log: weights.aLog, skip: weights.d, dt_bias: weights.dtBias, state, y },
    { length, channels, across, groups: batch * across, ...layout(inputs) },
    gpu.grid(batch * across),
  );
  return y;
}
