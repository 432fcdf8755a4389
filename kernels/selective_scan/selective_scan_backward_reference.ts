import { type ScanArrays, selectiveScanReference, softplus } from "./selective_scan_reference.ts";

/** Gradients of a scan, shaped as what they are gradients of. */
export interface ScanGradients {
  readonly u: Float64Array;
  readonly delta: Float64Array;
  readonly b: Float64Array;
  readonly c: Float64Array;
  readonly z: Float64Array;
  readonly aLog: Float64Array;
  readonly d: Float64Array;
  readonly dtBias: Float64Array;
  readonly initialState: Float64Array;
  readonly accumulate: Float64Array;
}

/**
 * float64 gradients of Σ y·dy + Σ finalState·dFinal, step by step from the last to the first with all states kept. With g_t
 * the gradient of h_t: g_t = C_t do_t + a_{t+1} g_{t+1}, where o = C·h + d u is the ungated output and a_t = exp(Δ_t A).
 * What padding rows of dy hold is not looked at; gradients there are zero.
 */
export function selectiveScanBackwardReference(
  scan: ScanArrays,
  dy: ArrayLike<number>,
  dFinal?: ArrayLike<number>,
): ScanGradients {
  const { batch, length, channels, states } = scan;
  const wide = (): Float64Array => new Float64Array(batch * length * channels);
  const thin = (): Float64Array => new Float64Array(batch * length * states);
  const gradients = {
    u: wide(),
    delta: wide(),
    b: thin(),
    c: thin(),
    z: wide(),
    aLog: new Float64Array(channels * states),
    d: new Float64Array(channels),
    dtBias: new Float64Array(channels),
    initialState: Float64Array.from(dFinal ?? new Float64Array(batch * channels * states)),
    accumulate: wide(),
  };
  const ungated = selectiveScanReference({ ...scan, z: undefined, accumulate: undefined }).y;
  for (let sequence = 0; sequence < batch; sequence++) {
    const valid = scan.lengths?.[sequence] ?? length;
    const before = statesBefore(scan, sequence, valid);
    for (let s = valid - 1; s >= 0; s--) {
      const row = sequence * length + (scan.reverse ? valid - 1 - s : s);
      for (let channel = 0; channel < channels; channel++) {
        const i = row * channels + channel;
        const raw = scan.delta[i] + scan.dtBias[channel];
        const dt = softplus(raw);
        const open = scan.z ? 1 / (1 + Math.exp(-scan.z[i])) : 1;
        const pull = scan.z ? dy[i] * scan.z[i] * open : dy[i];
        let along = 0; // gradient of Δ u
        let step = 0;
        for (let n = 0; n < states; n++) {
          const at = (sequence * channels + channel) * states + n;
          const a = -Math.exp(scan.aLog[channel * states + n]);
          const decay = Math.exp(dt * a);
          const b = scan.b[row * states + n];
          const h0 = before[s * channels * states + channel * states + n];
          const g = gradients.initialState[at] + scan.c[row * states + n] * pull;
          gradients.c[row * states + n] += pull * (decay * h0 + dt * scan.u[i] * b);
          gradients.b[row * states + n] += g * dt * scan.u[i];
          along += g * b;
          step += g * decay * h0 * a;
          gradients.aLog[channel * states + n] += g * decay * h0 * dt * a;
          gradients.initialState[at] = decay * g;
        }
        step += scan.u[i] * along;
        gradients.u[i] = dt * along + scan.d[channel] * pull;
        gradients.delta[i] = step / (1 + Math.exp(-raw));
        gradients.dtBias[channel] += gradients.delta[i];
        gradients.d[channel] += pull * scan.u[i];
        if (scan.z) gradients.z[i] = dy[i] * ungated[i] * open * (1 + scan.z[i] * (1 - open));
        gradients.accumulate[i] = dy[i];
      }
    }
  }
  return gradients;
}

/** The state before each step of one sequence, [steps, D, N]. */
function statesBefore(scan: ScanArrays, sequence: number, valid: number): Float64Array {
  const { length, channels, states } = scan;
  const count = channels * states;
  const all = new Float64Array((valid + 1) * count);
  if (scan.initialState) {
    for (let i = 0; i < count; i++) all[i] = scan.initialState[sequence * count + i];
  }
  for (let s = 0; s < valid; s++) {
    const row = sequence * length + (scan.reverse ? valid - 1 - s : s);
    for (let i = 0; i < count; i++) {
      const channel = Math.floor(i / states);
      const dt = softplus(scan.delta[row * channels + channel] + scan.dtBias[channel]);
      const input = dt * scan.u[row * channels + channel] * scan.b[row * states + i % states];
      all[(s + 1) * count + i] = Math.exp(-dt * Math.exp(scan.aLog[i])) * all[s * count + i] + input;
    }
  }
  return all;
}
