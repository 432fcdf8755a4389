/** What `attentionReference` computes: sizes, row-major [B, T, H·dh] data and per-sequence lengths. */
export interface ReferenceAttention {
  readonly batch: number;
  readonly queries: number;
  readonly keys: number;
  readonly heads: number;
  readonly headSize: number;
  readonly q: ArrayLike<number>;
  readonly k: ArrayLike<number>;
  readonly v: ArrayLike<number>;
  /** Whether query row t of sequence b sees key j, over real rows only. */
  readonly sees: (t: number, j: number) => boolean;
  readonly keyLengths: readonly number[];
  readonly queryLengths: readonly number[];
}

/** float64 softmax(q·kᵀ / √dh)·v per head [B, Tq, H·dh]: see `attention`. Rows that see nothing are zero. */
export function attentionReference(a: ReferenceAttention): Float64Array {
  const width = a.heads * a.headSize;
  const out = new Float64Array(a.batch * a.queries * width);
  for (let b = 0; b < a.batch; b++) {
    for (let t = 0; t < a.queryLengths[b]; t++) {
      const visible = Array.from({ length: a.keyLengths[b] }, (_, j) => j).filter((j) => a.sees(t, j));
      for (let h = 0; h < a.heads; h++) {
        const row = (b * a.queries + t) * width + h * a.headSize;
        const keyRow = (j: number) => (b * a.keys + j) * width + h * a.headSize;
        const scores = visible.map((j) => {
          let dot = 0;
          for (let i = 0; i < a.headSize; i++) dot += a.q[row + i] * a.k[keyRow(j) + i];
          return dot / Math.sqrt(a.headSize);
        });
        const largest = scores.reduce((m, s) => Math.max(m, s), -Infinity);
        const weights = scores.map((s) => Math.exp(s - largest));
        const total = weights.reduce((sum, w) => sum + w, 0);
        visible.forEach((j, n) => {
          for (let i = 0; i < a.headSize; i++) out[row + i] += weights[n] / total * a.v[keyRow(j) + i];
        });
      }
    }
  }
  return out;
}
