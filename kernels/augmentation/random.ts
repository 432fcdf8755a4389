/**
 * Random numbers that follow from (seed, index) alone, so that invocations draw without waiting for one another, and the
 * host draws the same: the hash PCG-RXS-M-XS (Jarzynski and Olano 2020).
 */
export function pcg(v: number): number {
  const state = (Math.imul(v, 747796405) + 2891336453) >>> 0;
  const word = Math.imul((state >>> ((state >>> 28) + 4)) ^ state, 277803737) >>> 0;
  return ((word >>> 22) ^ word) >>> 0;
}

/** 32 random bits: number `index` of the sequence `seed`. Hashing both keeps sequences from being shifts of each other. */
export function bitsAt(seed: number, index: number): number {
  return pcg(pcg(seed) ^ pcg(index));
}

/** Tells two draws at one index apart. */
export const SECOND_DRAW = 0x68bc21eb;

/** The same hash in WGSL. */
export const PCG_WGSL = `
fn pcg(v: u32) -> u32 {
  let state = v * 747796405u + 2891336453u;
  let word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
  return (word >> 22u) ^ word;
}`;

/** A generator of uniform numbers in [0, 1) from a seed. */
export function uniforms(seed: number): () => number {
  let index = 0;
  return () => bitsAt(seed, index++) / 2 ** 32;
}
