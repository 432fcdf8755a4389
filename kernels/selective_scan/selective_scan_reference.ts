/** Host-side arguments of a scan, row-major as in `selectiveScan`. */
export interface ScanArrays {
  readonly batch: number;
  readonly length: number;
  readonly channels: number;
  readonly states: number;
  readonly u: ArrayLike<number>;
  readonly delta: ArrayLike<number>;
  readonly b: ArrayLike<number>;
  readonly c: ArrayLike<number>;
  readonly z?: ArrayLike<number> | undefined;
  readonly aLog: ArrayLike<number>;
  readonly d: ArrayLike<number>;
  readonly dtBias: ArrayLike<number>;
  readonly lengths?: readonly number[] | undefined;
  readonly reverse?: boolean | undefined;
  readonly initialState?: ArrayLike<number> | undefined;
  readonly accumulate?: ArrayLike<number> | undefined;
}

/** float64 selective scan, step by step: see `selectiveScan`. */
export function selectiveScanReference(scan: ScanArrays): { y: Float64Array; finalState: Float64Array } {
  const { batch, length, channels, states } = scan;
  const y = new Float64Array(batch * length * channels);
  const h = Float64Array.from(scan.initialState ?? new Float64Array(batch * channels * states));
  for (let sequence = 0; sequence < batch; sequence++) {
    const valid = scan.lengths?.[sequence] ?? length;
    for (let s = 0; s < valid; s++) {
      const row = sequence * length + (scan.reverse ? valid - 1 - s : s);
      for (let channel = 0; channel < channels; channel++) {
        const i = row * channels + channel;
        const dt = softplus(scan.delta[i] + scan.dtBias[channel]);
        let out = scan.d[channel] * scan.u[i];
        for (let n = 0; n < states; n++) {
          const at = (sequence * channels + channel) * states + n;
          const decay = Math.exp(-dt * Math.exp(scan.aLog[channel * states + n]));
          h[at] = decay * h[at] + dt * scan.b[row * states + n] * scan.u[i];
          out += scan.c[row * states + n] * h[at];
        }
        if (scan.z) out *= scan.z[i] / (1 + Math.exp(-scan.z[i]));
        y[i] = out + (scan.accumulate?.[i] ?? 0);
      }
    }
  }
  return { y, finalState: h };
}

/** log(1 + e^x). */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
