import { SAMPLE_RATE } from "../audio/read.ts";
import { resample } from "../audio/resample.ts";
import { ESPEAK_RATE } from "./espeak.ts";

/** 22,050 Hz is to 16,000 Hz as 441 to 320: pieces that begin at multiples of 441 begin at whole samples afterwards. */
const GRID = 441;

/**
 * espeak-ng's pieces of speech at 16 kHz, all resampled in one go, which for short ones takes half the time or less. Between
 * them lies more silence (20 ms) than the resampler's filter is long.
 *
 * @returns piece by piece ceil(length * 320 / 441) samples
 */
export async function resampleAll(pieces: readonly Float32Array[]): Promise<Float32Array[]> {
  const starts: number[] = [];
  let end = GRID;
  for (const piece of pieces) {
    starts.push(end);
    end += (Math.ceil(piece.length / GRID) + 1) * GRID;
  }
  const joined = new Float32Array(end);
  pieces.forEach((piece, i) => joined.set(piece, starts[i]));
  const at16k = await resample(joined, ESPEAK_RATE, SAMPLE_RATE);
  const place = (sample: number): number => Math.ceil(sample * SAMPLE_RATE / ESPEAK_RATE);
  return pieces.map(({ length }, i) => at16k.slice(place(starts[i]), place(starts[i]) + place(length)));
}
