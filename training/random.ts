import { generator } from "../model/initialization.ts";

/** A stream of pseudo-random numbers that a key gives: the same on every machine. */
export interface Stream {
  /** Uniform in [0, 1), a multiple of 2^-24. */
  uniform(): number;
  /** Uniform over lowest ≤ x < highest. */
  between(lowest: number, highest: number): number;
  /** Uniform over the whole numbers 0 .. n − 1; n up to 2^24. */
  integer(n: number): number;
  /** A whole number of 32 bits: the seed of what is drawn elsewhere. */
  seed(): number;
}

/**
 * The stream of a seed and a key, such as the epoch, an utterance's index and what is drawn. Nothing is carried from one
 * to the next, so a run that goes on needs to know only where it was.
 */
export function stream(seed: number, ...key: readonly (string | number)[]): Stream {
  const uniform = generator(seed, key.join("/"));
  return {
    uniform,
    between: (lowest, highest) => lowest + (highest - lowest) * uniform(),
    integer: (n) => Math.floor(uniform() * n),
    seed: () => (Math.floor(uniform() * 2 ** 16) * 2 ** 16 + Math.floor(uniform() * 2 ** 16)) >>> 0,
  };
}

/** A copy in a uniformly random order (Fisher and Yates). */
export function shuffled<T>(values: readonly T[], { integer }: Pick<Stream, "integer">): T[] {
  const order = [...values];
  for (let i = order.length - 1; i > 0; i--) {
    const j = integer(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
