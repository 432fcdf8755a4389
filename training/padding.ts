/** 0.32 s at 16 kHz: 32 mel frames, 8 encoder frames. */
const SAMPLES = 5120;
/** Up to 8 s. */
const FINE_SAMPLES = 8 * 16000;
const TOKENS = 8;
const FINE_TOKENS = 32;

/**
 * The length that so many samples are padded to: a multiple of 0.32 s up to 8 s, of 0.64 s up to 16 s, and so on. Buffers
 * of the device are used again by size, and bind groups by buffer, so few sizes keep memory small and steps short; the
 * padding is less than 8 % above 4 s.
 */
export function paddedSamples(samples: number): number {
  return padded(samples, SAMPLES, FINE_SAMPLES);
}

/** The number of tokens that so many are padded to, for the same reason: a multiple of 8 up to 32, of 16 up to 64, and so on. */
export function paddedTokens(tokens: number): number {
  return padded(tokens, TOKENS, FINE_TOKENS);
}

/** The next multiple of a step, at least one, that doubles with each doubling of the length above `fine`. */
function padded(length: number, step: number, fine: number): number {
  for (let limit = fine; length > limit; limit *= 2) step *= 2;
  return Math.max(Math.ceil(length / step), 1) * step;
}
