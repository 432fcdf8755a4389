import { maskParams, pcg } from "./mask.ts";

/** float64 factors of `count` elements under the mask of a rate and a key: see `dropout`. */
export function dropoutFactors(count: number, rate: number, key: number): Float64Array {
  const { first, second, threshold } = maskParams(rate, key);
  return Float64Array.from({ length: count }, (_, i) => {
    return pcg(pcg((i ^ first) >>> 0) ^ second) >= threshold ? 1 / (1 - rate) : 0;
  });
}
