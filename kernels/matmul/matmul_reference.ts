/** Pointwise functions in float64: see `Activation`. */
export const activationReference: Readonly<Record<"none" | "silu" | "gelu" | "relu", (x: number) => number>> = {
  none: (x) => x,
  relu: (x) => Math.max(x, 0),
  silu: (x) => x / (1 + Math.exp(-x)),
  gelu: (x) => x * normalCdf(x),
};

/** Φ(x) by the series of Marsaglia (2004), and in the tails by Laplace's continued fraction. */
function normalCdf(x: number): number {
  const density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  if (Math.abs(x) > 4) {
    let fraction = 0;
    for (let i = 60; i >= 1; i--) fraction = i / (Math.abs(x) + fraction);
    const tail = density / (Math.abs(x) + fraction);
    return x < 0 ? tail : 1 - tail;
  }
  let term = x;
  let sum = x;
  for (let i = 3; Math.abs(term) > 1e-18; i += 2) sum += term *= x * x / i;
  return 0.5 + density * sum;
}

/** float64 C = op(A)·op(B). a [m, k] or [k, m], b [k, n] or [n, k], dense → [m, n]. */
export function matmulReference(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  m: number,
  n: number,
  k: number,
  transposeA = false,
  transposeB = false,
): Float64Array {
  const c = new Float64Array(m * n);
  for (let row = 0; row < m; row++) {
    for (let column = 0; column < n; column++) {
      let sum = 0;
      for (let i = 0; i < k; i++) {
        sum += a[transposeA ? i * m + row : row * k + i] * b[transposeB ? column * k + i : i * n + column];
      }
      c[row * n + column] = sum;
    }
  }
  return c;
}

/** float64 activation(sums + bias) + residual, over rows of `n` sums. */
export function epilogueReference(
  sums: Float64Array,
  n: number,
  bias?: ArrayLike<number>,
  activation: keyof typeof activationReference = "none",
  residual?: ArrayLike<number>,
): Float64Array {
  return sums.map((sum, i) => activationReference[activation](sum + (bias?.[i % n] ?? 0)) + (residual?.[i] ?? 0));
}
