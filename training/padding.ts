/** 0.32 s at 16 kHz: 32 mel frames, 8 encoder frames. */
const STEP = 5120;
/** Up to 8 s the step is as it is; with each doubling of the length it doubles. */
const FINE = 8 * 16000;

/**
 * The length that so many samples are padded to: a multiple of 0.32 s up to 8 s, of 0.64 s up to 16 s, and so on. Buffers
 * of the device are used again by size, so few sizes keep memory small; the padding is less than 8 % above 4 s.
 */
export function paddedSamples(samples: number): number {
  let step = STEP;
  for (let limit = FINE; samples > limit; limit *= 2) step *= 2;
  return Math.max(Math.ceil(samples / step), 1) * step;
}

/** The number of tokens that so many are padded to: a multiple of 8, for the same reason. */
export function paddedTokens(tokens: number): number {
  return Math.max(Math.ceil(tokens / 8), 1) * 8;
}
