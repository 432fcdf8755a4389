/** Ascending copy of `samples`; throws RangeError when there are none or one of them is not a finite number. */
export function sorted(samples: readonly number[]): Float64Array {
  if (samples.length === 0) throw new RangeError("no samples: a quantile needs at least one");
  for (const sample of samples) {
    if (!Number.isFinite(sample)) throw new RangeError(`sample ${sample} is not a finite number`);
  }
  return Float64Array.from(samples).sort();
}

/** Quantile of ascending values by linear interpolation between order statistics (Hyndman and Fan 1996, type 7). */
export function quantileOfSorted(ascending: ArrayLike<number>, p: number): number {
  const position = p * (ascending.length - 1);
  const below = Math.floor(position);
  const low = ascending[below];
  const high = ascending[Math.min(below + 1, ascending.length - 1)];
  // low + 0 * (high - low) would still be exact, but equal neighbours must not pick up rounding.
  return low === high ? low : low + (position - below) * (high - low);
}

/** Quantile of `samples` at `p` in [0, 1], Hyndman and Fan's type 7 (the default of R and NumPy). */
export function quantile(samples: readonly number[], p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`quantile at ${p}: p must lie between 0 and 1`);
  return quantileOfSorted(sorted(samples), p);
}

/** Median; the mean of the two middle values when their number is even. */
export function median(samples: readonly number[]): number {
  const ascending = sorted(samples);
  const middle = ascending.length >> 1;
  return ascending.length % 2 === 1 ? ascending[middle] : (ascending[middle - 1] + ascending[middle]) / 2;
}
