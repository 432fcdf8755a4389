/** Host-side arguments of a causal convolution, row-major as in `causalConv1d`. */
export interface CausalConv1dArrays {
  readonly batch: number;
  readonly length: number;
  readonly channels: number;
  readonly x: ArrayLike<number>;
  readonly weight: ArrayLike<number>;
  readonly bias: ArrayLike<number>;
  readonly silu?: boolean | undefined;
  readonly lengths?: readonly number[] | undefined;
  readonly reverse?: boolean | undefined;
  readonly state?: ArrayLike<number> | undefined;
}

/** float64 causal depthwise convolution: see `causalConv1d`. */
export function causalConv1dReference(
  { batch, length, channels, x, weight, bias, silu, lengths, reverse, state }: CausalConv1dArrays,
): { y: Float64Array; finalState: Float64Array } {
  const past = weight.length / channels - 1;
  const y = new Float64Array(x.length);
  const finalState = new Float64Array(batch * past * channels);
  for (let b = 0; b < batch; b++) {
    const valid = lengths?.[b] ?? length;
    /** Input `s` steps after the sequence's beginning in the direction of the scan; before it, the state. */
    const input = (s: number, d: number): number =>
      s >= 0
        ? x[(b * length + (reverse ? valid - 1 - s : s)) * channels + d]
        : state?.[(b * past + past + s) * channels + d] ?? 0;
    for (let d = 0; d < channels; d++) {
      for (let s = 0; s < valid; s++) {
        let sum = bias[d];
        for (let k = 0; k <= past; k++) sum += weight[k * channels + d] * input(s - past + k, d);
        const row = b * length + (reverse ? valid - 1 - s : s);
        y[row * channels + d] = silu ? sum / (1 + Math.exp(-sum)) : sum;
      }
      for (let i = 0; i < past; i++) finalState[(b * past + i) * channels + d] = input(valid - past + i, d);
    }
  }
  return { y, finalState };
}

/**
 * float64 gradients of `causalConv1dReference`, given those of y [B, L, D] and of the final state [B, width − 1, D]: by the chain
 * rule, output by output.
 */
export function causalConv1dBackwardReference(
  arrays: CausalConv1dArrays,
  dy: ArrayLike<number>,
  dFinalState?: ArrayLike<number>,
): { dx: Float64Array; dWeight: Float64Array; dBias: Float64Array; dState: Float64Array } {
  const { batch, length, channels, x, weight, bias, silu, lengths, reverse, state } = arrays;
  const past = weight.length / channels - 1;
  const [dx, dWeight, dBias] = [x, weight, bias].map((values) => new Float64Array(values.length));
  const dState = new Float64Array(batch * past * channels);
  for (let b = 0; b < batch; b++) {
    const valid = lengths?.[b] ?? length;
    /** Where input `s` lies, and its gradient: see `input` above. */
    const place = (s: number, d: number): [values: ArrayLike<number>, gradients: Float64Array, at: number] =>
      s >= 0
        ? [x, dx, (b * length + (reverse ? valid - 1 - s : s)) * channels + d]
        : [state ?? new Float64Array(dState.length), dState, (b * past + past + s) * channels + d];
    for (let d = 0; d < channels; d++) {
      for (let s = 0; s < valid; s++) {
        const inputs = Array.from({ length: past + 1 }, (_, k) => place(s - past + k, d));
        const pre = inputs.reduce((sum, [values, , at], k) => sum + weight[k * channels + d] * values[at], bias[d]);
        const sigma = 1 / (1 + Math.exp(-pre));
        const row = b * length + (reverse ? valid - 1 - s : s);
        const g = dy[row * channels + d] * (silu ? sigma * (1 + pre * (1 - sigma)) : 1);
        dBias[d] += g;
        inputs.forEach(([values, gradients, at], k) => {
          gradients[at] += weight[k * channels + d] * g;
          dWeight[k * channels + d] += values[at] * g;
        });
      }
      for (let i = 0; dFinalState && i < past; i++) {
        const [, gradients, at] = place(valid - past + i, d);
        gradients[at] += dFinalState[(b * past + i) * channels + d];
      }
    }
  }
  return { dx, dWeight, dBias, dState };
}
