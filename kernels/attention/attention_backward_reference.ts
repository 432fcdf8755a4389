import type { ReferenceAttention } from "./attention_reference.ts";

/** Gradients of q, k and v, row-major like them. */
export interface ReferenceGradients {
  readonly q: Float64Array;
  readonly k: Float64Array;
  readonly v: Float64Array;
}

/**
 * float64 gradients of Σ attentionReference(a) · dy, as written: with P the softmax of S = q·kᵀ / √dh and y = P·v,
 * dv = Pᵀ·dy, dP = dy·vᵀ, dS = P ∘ (dP − rowsum(P ∘ dP)), dq = dS·k / √dh, dk = dSᵀ·q / √dh. dy [B, Tq, H·dh] is not read
 * where queries are padding.
 */
export function attentionBackwardReference(a: ReferenceAttention, dy: ArrayLike<number>): ReferenceGradients {
  const { headSize } = a;
  const width = a.heads * headSize;
  const scale = 1 / Math.sqrt(headSize);
  const [q, k, v] = [a.queries, a.keys, a.keys].map((rows) => new Float64Array(a.batch * rows * width));
  const dot = (x: ArrayLike<number>, i: number, y: ArrayLike<number>, j: number) => {
    let sum = 0;
    for (let n = 0; n < headSize; n++) sum += x[i + n] * y[j + n];
    return sum;
  };
  const add = (sum: Float64Array, i: number, factor: number, x: ArrayLike<number>, j: number) => {
    for (let n = 0; n < headSize; n++) sum[i + n] += factor * x[j + n];
  };
  for (let b = 0; b < a.batch; b++) {
    for (let t = 0; t < a.queryLengths[b]; t++) {
      const visible = Array.from({ length: a.keyLengths[b] }, (_, j) => j).filter((j) => a.sees(t, j));
      for (let h = 0; h < a.heads; h++) {
        const row = (b * a.queries + t) * width + h * headSize;
        const keyRows = visible.map((j) => (b * a.keys + j) * width + h * headSize);
        const scores = keyRows.map((at) => scale * dot(a.q, row, a.k, at));
        const largest = scores.reduce((m, s) => Math.max(m, s), -Infinity);
        const exponentials = scores.map((s) => Math.exp(s - largest));
        const total = exponentials.reduce((sum, w) => sum + w, 0);
        const weights = exponentials.map((w) => w / total);
        const dWeights = keyRows.map((at) => dot(dy, row, a.v, at));
        const mean = weights.reduce((sum, w, n) => sum + w * dWeights[n], 0);
        keyRows.forEach((at, n) => {
          const dScore = scale * weights[n] * (dWeights[n] - mean);
          add(v, at, weights[n], dy, row);
          add(q, row, dScore, a.k, at);
          add(k, at, dScore, a.q, row);
        });
      }
    }
  }
  return { q, k, v };
}
