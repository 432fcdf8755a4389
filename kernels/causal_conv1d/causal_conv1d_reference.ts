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
