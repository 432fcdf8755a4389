import { quantileOfSorted, sorted } from "./quantile.ts";

/**
 * Indices of the samples outside Tukey's fences, 1.5 interquartile ranges beyond the quartiles (Tukey 1977), ascending.
 * They are to be flagged and kept. Fewer than 4 samples have no quartiles worth the name, so none is flagged.
 */
export function outliers(samples: readonly number[]): number[] {
  if (samples.length < 4) return [];
  const ascending = sorted(samples);
  const first = quantileOfSorted(ascending, 0.25);
  const third = quantileOfSorted(ascending, 0.75);
  const reach = 1.5 * (third - first);
  return samples.flatMap((sample, index) => sample < first - reach || sample > third + reach ? [index] : []);
}
