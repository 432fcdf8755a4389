import { fixedPoint, perturbedLength, ZEROS } from "./perturb.ts";
import { bitsAt, pcg, SECOND_DRAW } from "./random.ts";

/** float64 `perturb` of one sequence: its ⌊length / speed⌋ samples. */
export function perturbReference(
  x: ArrayLike<number>,
  { speed, gain, noise, seed }: { speed: number; gain: number; noise: number; seed: number },
): Float64Array {
  const { whole, fraction } = fixedPoint(speed);
  const exactSpeed = whole + fraction / 2 ** 32;
  const cutoff = Math.min(1, 1 / speed);
  const y = new Float64Array(perturbedLength(x.length, speed));
  for (let i = 0; i < y.length; i++) {
    const position = i * exactSpeed;
    const reach = ZEROS / cutoff;
    let sum = 0;
    for (let j = Math.max(0, Math.ceil(position - reach)); j < x.length && j <= position + reach; j++) {
      const u = cutoff * (j - position);
      const sinc = u === 0 ? 1 : Math.sin(Math.PI * u) / (Math.PI * u);
      sum += x[j] * sinc * (0.5 + 0.5 * Math.cos(Math.PI * u / ZEROS));
    }
    y[i] = gain * cutoff * sum + noise * normalAt(seed, i);
  }
  return y;
}

/** Number `index` of the normal numbers of a seed (Box and Muller 1958). */
export function normalAt(seed: number, index: number): number {
  const a = bitsAt(seed, index);
  const b = pcg(a ^ SECOND_DRAW);
  return Math.sqrt(-2 * Math.log(((a >>> 8) + 1) / 2 ** 24)) * Math.cos(2 * Math.PI * (b >>> 8) / 2 ** 24);
}
