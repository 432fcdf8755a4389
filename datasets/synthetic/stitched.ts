import { SAMPLE_RATE } from "../audio/read.ts";
import { InputError } from "../errors.ts";
import { permutation, type Random, random } from "../random.ts";
import type { Segment } from "./mod.ts";

const PAUSE_SECONDS = { least: 0.2, most: 1.0 };
/** Peak of the pauses' uniform noise: -60 dBFS RMS, about the floor of a LibriSpeech recording. */
const NOISE_PEAK = 1e-3 * Math.sqrt(3);

/** An utterance that may be stitched. */
export interface Stitchable {
  readonly id: string;
  readonly text: string;
}

/**
 * Stitches whole utterances, each after a pause of 0.2 to 1.0 s of low noise, to exactly `length` samples at 16 kHz.
 *
 * Utterances come in a random order drawn from the seed, every one once before any comes again, then in a fresh order. The
 * first that no longer fits ends the speech, and the rest is pause: no word of the reference is cut. So a shorter audio
 * of the same seed holds the same utterances, only fewer. Each is read once, one at a time; a repetition is copied from its
 * first place.
 *
 * @param read gives an utterance's samples at 16 kHz
 *
 * Throws {@link InputError} where not even the first utterance fits.
 */
export async function stitchedSpeech<T extends Stitchable>(
  utterances: T[],
  length: number,
  seed: number,
  read: (utterance: T) => Promise<Float32Array>,
): Promise<{ samples: Float32Array<ArrayBuffer>; segments: Segment[] }> {
  const rng = random(seed);
  const samples = new Float32Array(length);
  const segments: Segment[] = [];
  const placed = new Map<string, Segment>();
  const { least, most } = PAUSE_SECONDS;
  let end = 0;
  for (const utterance of endlessly(utterances, rng)) {
    const { id, text } = utterance;
    const start = end + Math.round((least + (most - least) * rng.uniform()) * SAMPLE_RATE);
    const before = placed.get(id);
    const speech = before ? samples.subarray(before.start, before.end) : await read(utterance);
    if (start + speech.length > length) {
      if (segments.length > 0) break;
      const seconds = (start + speech.length) / SAMPLE_RATE;
      throw new InputError(
        `${length / SAMPLE_RATE} s: too short for the first utterance of seed ${seed} (${id}); ` +
          `ask for ${seconds.toFixed(1)} s or more, or for another seed`,
      );
    }
    fillWithNoise(samples.subarray(end, start), rng);
    samples.set(speech, start);
    end = start + speech.length;
    const segment = { id, start, end, text };
    segments.push(segment);
    placed.set(id, segment);
  }
  fillWithNoise(samples.subarray(end), rng);
  return { samples, segments };
}

function* endlessly<T>(utterances: T[], rng: Random): Generator<T, never> {
  for (;;) {
    for (const i of permutation(rng, utterances.length)) yield utterances[i];
  }
}

function fillWithNoise(pause: Float32Array, rng: Random): void {
  for (let i = 0; i < pause.length; i++) pause[i] = NOISE_PEAK * (2 * rng.uniform() - 1);
}
