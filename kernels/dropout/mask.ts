/** PCG hash of u32 (Jarzynski and Olano 2020, "Hash Functions for GPU Rendering"), a permutation of 32 bits. */
export function pcg(v: number): number {
  const state = (Math.imul(v, 747796405) + 2891336453) >>> 0;
  const word = Math.imul((state >>> ((state >>> 28) + 4)) ^ state, 277803737) >>> 0;
  return ((word >>> 22) ^ word) >>> 0;
}

/** What decides a mask; see `maskFunction`. */
export interface MaskParams {
  readonly first: number;
  readonly second: number;
  /** An element whose hash is below this is dropped. */
  readonly threshold: number;
}

/** The mask of a rate in [0, 1) and a key, a u32. Throws a RangeError for others. */
export function maskParams(rate: number, key: number): MaskParams {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`a dropout rate is at least 0 and below 1, not ${rate}`);
  if (!Number.isInteger(key) || key < 0 || key >= 2 ** 32) throw new RangeError(`a dropout key is a u32, not ${key}`);
  const first = pcg(key);
  return { first, second: pcg(first), threshold: Math.min(Math.round(rate * 2 ** 32), 2 ** 32 - 1) };
}

/**
 * WGSL of `fn kept(i: T) -> vec of bool`: whether elements stay, by pcg(pcg(i ^ first) ^ second) ≥ threshold. One round would
 * make the mask of one key that of another in another order; the second, keyed anew, does away with that. Integers are
 * exact, so the mask is the same wherever it is made.
 */
export function maskFunction(type: "u32" | "vec4u"): string {
  const one = (v: string) => `${type}(${v})`;
  return `
fn pcg(v: ${type}) -> ${type} {
  let state = v * ${one("747796405u")} + ${one("2891336453u")};
  let word = ((state >> ((state >> ${one("28u")}) + ${one("4u")})) ^ state) * ${one("277803737u")};
  return (word >> ${one("22u")}) ^ word;
}
fn kept(i: ${type}) -> ${type === "u32" ? "bool" : "vec4<bool>"} {
  return pcg(pcg(i ^ ${one("params.first")}) ^ ${one("params.second")}) >= ${one("params.threshold")};
}`;
}
