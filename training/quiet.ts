import { stream } from "./random.ts";

/** 20 ms at 16 kHz. */
const FRAME = 320;
/** Share of the frames that are quieter. */
const QUANTILE = 0.1;

const levels = new WeakMap<Int16Array, number>();
const energies = new WeakMap<Int16Array, number>();

/** What `compute` says of a recording, remembered, as every epoch asks again. */
function remembered(
  known: WeakMap<Int16Array, number>,
  samples: Int16Array,
  compute: () => number,
): number {
  let value = known.get(samples);
  if (value === undefined) known.set(samples, value = compute());
  return value;
}

/** The sum of the squares of a recording's samples, where 1 is full scale. */
export function energyOf(samples: Int16Array): number {
  return remembered(energies, samples, () => squares(samples, 0, samples.length));
}

/**
 * How loud a recording is where nothing is said: the root mean square of its frames of 20 ms, at the lowest tenth of those
 * that hold any sound; 1 is full scale.
 */
export function quietLevel(samples: Int16Array): number {
  return remembered(levels, samples, () => {
    const found: number[] = [];
    for (let start = 0; start + FRAME <= samples.length; start += FRAME) {
      const sum = squares(samples, start, start + FRAME);
      if (sum > 0) found.push(Math.sqrt(sum / FRAME));
    }
    found.sort((a, b) => a - b);
    return found[Math.floor(QUANTILE * found.length)] ?? 0;
  });
}

function squares(samples: Int16Array, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += samples[i] * samples[i];
  return sum / 32768 ** 2;
}

/** Fills a silent row with white noise of a root mean square, the same for the same seed: rooms are never digitally silent. */
export function fillQuiet(row: Int16Array, level: number, seed: number, key: number): void {
  if (level === 0) return;
  // Xorshift (Marsaglia 2003): seconds of noise for each batch, so drawn in a loop that calls nothing.
  let state = 1 + stream(seed, "pause", key).integer(2 ** 31 - 1);
  const amplitude = 32768 * level * Math.sqrt(3) / 2 ** 31; // a uniform distribution's
  for (let i = 0; i < row.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    row[i] = Math.round(amplitude * state);
  }
}
