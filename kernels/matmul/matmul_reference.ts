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

/** Their derivatives in float64; relu's at 0 is 0. */
export const slopeReference: Readonly<Record<keyof typeof activationReference, (x: number) => number>> = {
  none: () => 1,
  relu: (x) => x > 0 ? 1 : 0,
  silu: (x) => (1 + x / (1 + Math.exp(x))) / (1 + Math.exp(-x)),
  gelu: (x) => normalCdf(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI),
};

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

/**
 * float64 gradients of Σ dy·(activation(x·W + bias) + residual), the residual's being dy itself. x [m, k], w [k, n], dy [m, n] →
 * dx [m, k], dw [k, n], db [n].
 */
export function linearBackwardReference(
  { x, w, bias, dy, activation = "none" }: {
    readonly x: ArrayLike<number>;
    readonly w: ArrayLike<number>;
    readonly bias?: ArrayLike<number>;
    readonly dy: ArrayLike<number>;
    readonly activation?: keyof typeof activationReference;
  },
  m: number,
  n: number,
  k: number,
): { dx: Float64Array; dw: Float64Array; db: Float64Array } {
  const pre = epilogueReference(matmulReference(x, w, m, n, k), n, bias);
  const dPre = pre.map((v, i) => dy[i] * slopeReference[activation](v));
  const db = new Float64Array(n);
  dPre.forEach((v, i) => db[i % n] += v);
  return {
    dx: matmulReference(dPre, w, m, k, n, false, true),
    dw: matmulReference(x, dPre, k, n, m, true),
    db,
  };
}
