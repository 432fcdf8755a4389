import type { CrossEntropyOptions } from "./cross_entropy.ts";

/** float64 losses of `crossEntropy`, and the gradient of their sum. */
export function crossEntropyReference(
  logits: ArrayLike<number>,
  targets: ArrayLike<number>,
  { labelSmoothing = 0, scale = 1 }: CrossEntropyOptions = {},
): { loss: Float64Array; gradient: Float64Array } {
  const n = logits.length / targets.length;
  const loss = new Float64Array(targets.length);
  const gradient = new Float64Array(logits.length);
  for (let row = 0; row < targets.length; row++) {
    if (targets[row] >= n) continue;
    const x = Float64Array.from({ length: n }, (_, i) => logits[row * n + i]);
    const largest = x.reduce((a, b) => Math.max(a, b));
    const logTotal = largest + Math.log(x.reduce((sum, v) => sum + Math.exp(v - largest), 0));
    x.forEach((v, i) => {
      const wanted = labelSmoothing / n + (i === targets[row] ? 1 - labelSmoothing : 0);
      loss[row] -= scale * wanted * (v - logTotal);
      gradient[row * n + i] = scale * (Math.exp(v - logTotal) - wanted);
    });
  }
  return { loss, gradient };
}
