import { asColumns, type Gpu, kernel, read, type Tensor, write } from "../gpu/mod.ts";
import { dense, type ScanInputs, scanShape, type ScanWeights } from "./scan_inputs.ts";
import { SILU, SOFTPLUS } from "./scan_wgsl.ts";

const MOST_STATES = 64;

const naiveKernel = kernel(
  "selective_scan naive",
  { batch: "u32", length: "u32", channels: "u32", states: "u32" },
  {
    u: read(),
    delta: read(),
    b: read(),
    c: read(),
    z: read(),
    a_log: read(),
    skip: read(),
    dt_bias: read(),
    y: write(),
  },
  `${SOFTPLUS}${SILU}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let d = id.x % params.channels;
  let batch = id.x / params.channels;
  if (batch >= params.batch) { return; }
  var h: array<f32, ${MOST_STATES}>;
  for (var t = 0u; t < params.length; t++) {
    let row = batch * params.length + t;
    let i = row * params.channels + d;
    let dt = softplus(delta[i] + dt_bias[d]);
    var out = skip[d] * u[i];
    for (var n = 0u; n < params.states; n++) {
      let decay = exp(-dt * exp(a_log[d * params.states + n]));
      h[n] = decay * h[n] + dt * b[row * params.states + n] * u[i];
      out += c[row * params.states + n] * h[n];
    }
    y[i] = out * silu(z[i]);
  }
}`,
);

/**
 * The scan as its formula reads, one invocation a channel from the first row to the last: the ladder's first rung, for
 * comparison. Gated, of whole tensors, without lengths, states or directions: otherwise as `selectiveScan`.
 */
export function naiveScan(gpu: Gpu, inputs: ScanInputs & { readonly z: Tensor }, weights: ScanWeights): Tensor {
  const { batch, length, channels, states } = scanShape(inputs, weights);
  for (const [name, x] of Object.entries(inputs)) {
    const { tensor, width } = asColumns(x);
    if (width !== tensor.shape[2]) throw new RangeError(`${name}: the naive scan takes no columns of a wider tensor`);
  }
  const y = gpu.tensor([batch, length, channels]);
  gpu.dispatch(
    naiveKernel,
    {
      ...(dense(inputs) as Record<keyof ScanInputs, Tensor>),
      a_log: weights.aLog,
      skip: weights.d,
      dt_bias: weights.dtBias,
      y,
    },
    { batch, length, channels, states },
    [Math.ceil(batch * channels / 64)],
  );
  return y;
}
