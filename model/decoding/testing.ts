import type { TestRandom } from "../../kernels/testing/mod.ts";

/** ln of random distributions over V tokens, [frames, V], in float64; `sharpness` makes them decided. For tests. */
export function randomLogProbabilities(random: TestRandom, frames: number, V: number, sharpness = 2): Float64Array {
  const values = new Float64Array(frames * V);
  for (let t = 0; t < frames; t++) {
    const logits = Array.from({ length: V }, () => sharpness * random.normal());
    const total = Math.log(logits.reduce((sum, x) => sum + Math.exp(x), 0));
    logits.forEach((x, v) => values[t * V + v] = x - total);
  }
  return values;
}
