import { InputError } from "./errors.ts";

/** A stream of pseudo-random numbers, the same for a seed on every machine. */
export interface Random {
  /** Uniform in [0, 1), a multiple of 2^-32. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Uniform over the whole numbers 0 .. n - 1, without bias; n from 1 to 2^32. */
  integer(n: number): number;
}

const TWO_32 = 2 ** 32;

/**
 * xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021), its four words filled
 * by a SplitMix of 32 bits (Steele's Weyl sequence with the `triple32`-style finaliser 0x21f0aaad, 0x735a2d97).
 * Normals come by Marsaglia's polar method. What a seed gives is fixed: changing it changes published results.
 *
 * @param seed a whole number from 0 to 2^32 - 1; anything else throws {@link InputError}
 */
export function random(seed: number): Random {
  if (!Number.isInteger(seed) || seed < 0 || seed >= TWO_32) {
    throw new InputError(`seed ${seed}: a seed is a whole number from 0 to ${TWO_32 - 1}`);
  }
  // A typed array, because a captured number beyond 31 bits would be boxed anew at each step.
  const s = new Int32Array(4);
  let weyl = seed | 0;
  for (let i = 0; i < 4; i++) {
    weyl = (weyl + 0x9e3779b9) | 0;
    let z = weyl;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    s[i] = z ^ (z >>> 15);
  }

  function next(): number {
    const scrambled = Math.imul(s[1], 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9);
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result >>> 0;
  }

  function uniform(): number {
    return next() / TWO_32;
  }

  let spare: number | undefined;
  function normal(): number {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const r = x * x + y * y;
      if (r === 0 || r >= 1) continue;
      const scale = Math.sqrt(-2 * Math.log(r) / r);
      spare = y * scale;
      return x * scale;
    }
  }

  function integer(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > TWO_32) throw new RangeError(`integer(${n}): n must be in 1 .. 2^32`);
    const limit = TWO_32 - TWO_32 % n;
    for (;;) {
      const x = next();
      if (x < limit) return x % n;
    }
  }

  return { uniform, normal, integer };
}

/** A uniformly random order of 0 .. n - 1 (Fisher and Yates). */
export function permutation(rng: Random, n: number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = rng.integer(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
