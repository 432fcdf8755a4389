/**
 * A seeded generator of uniform numbers in [0, 1), so that every resampled figure can be recomputed bit for bit.
 *
 * The generator is sfc32 (Chris Doty-Humphrey, PractRand 0.94): 128 bits of state in 32-bit integer operations,
 * which JavaScript does exactly on every machine.
 */
export function seededRandom(seed: number): () => number {
  let a = 0x9e3779b9 | 0;
  let b = 0x243f6a88 | 0;
  let c = seed | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  // The seed enters through one word only; this many rounds spread it over all of them.
  for (let round = 0; round < 15; round++) next();
  return next;
}
