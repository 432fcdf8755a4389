import { stream } from "./random.ts";

/** 20 ms at 16 kHz. */
const FRAME = 320;
/** Share of the frames that are quieter. */
const QUANTILE = 0.1;

const levels = new WeakMap<Int16Array, number>();

/**
 * How loud a recording is where nothing is said: the root mean square of its frames of 20 ms, at the lowest tenth of those
 * that hold any sound; 1 is full scale. Remembered, as every epoch asks again.
 */
export function quietLevel(samples: Int16Array): number {
  const known = levels.get(samples);
  if (known !== undefined) return known;
  const found: number[] = [];
  for (let start = 0; start + FRAME <= samples.length; start += FRAME) {
    let sum = 0;
    for (let i = start; i < start + FRAME; i++) sum += samples[i] * samples[i];
    if (sum > 0) found.push(Math.sqrt(sum / FRAME) / 32768);
  }
  found.sort((a, b) => a - b);
  const level = found[Math.floor(QUANTILE * found.length)] ?? 0;
  levels.set(samples, level);
  return level;
}

/** Fills a silent row with white noise of a root mean square, the same for the same seed: rooms are never digitally silent. */
export function fillQuiet(row: Float32Array, level: number, seed: number, key: number): void {
  if (level === 0) return;
  const { uniform } = stream(seed, "pause", key);
  const amplitude = level * Math.sqrt(3); // a uniform distribution's
  for (let i = 0; i < row.length; i++) row[i] = amplitude * (2 * uniform() - 1);
}
