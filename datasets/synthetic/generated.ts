import { SAMPLE_RATE } from "../audio/read.ts";
import { type Random, random } from "../random.ts";
import type { Segment } from "./mod.ts";
import { phrase } from "./phonemes.ts";
import { say } from "./voice.ts";

/** RMS of a phrase, which is varied by 25% up or down: with its pauses, the whole is at about -25 dBFS. */
const PHRASE_RMS = 0.065;
/** Peak of the room's uniform noise, under speech and in pauses: -60 dBFS RMS. */
const NOISE_PEAK = 1e-3 * Math.sqrt(3);

/**
 * Makes speech-like sound that says no words: phrases of made-up syllables at about four a second, by speakers of
 * different pitch and size who take turns, with pauses of 0.25 to 0.9 s. It has speech's spectrum, level and rhythm, for
 * measuring time and memory; it is nothing to measure accuracy on.
 *
 * @returns `length` samples at 16 kHz, and where the phrases lie. A shorter audio of the same seed is a prefix.
 */
export function generatedSpeech(
  length: number,
  seed: number,
): { samples: Float32Array<ArrayBuffer>; segments: Segment[] } {
  const rng = random(seed);
  // Of its own, so that the noise of a sample does not hang on how long the audio is.
  const room = random(rng.integer(2 ** 32));
  const samples = new Float32Array(length);
  const segments: Segment[] = [];
  let speaker = drawSpeaker(rng);
  let end = 0;
  for (;;) {
    const start = end + Math.round((0.25 + 0.65 * rng.uniform()) * SAMPLE_RATE);
    if (start >= length) break;
    if (rng.uniform() < 0.2) speaker = drawSpeaker(rng);
    const speech = say(phrase(rng, speaker.formantScale), speaker.f0, SAMPLE_RATE, rng);
    const gain = PHRASE_RMS * (0.75 + 0.5 * rng.uniform()) / rms(speech);
    end = Math.min(start + speech.length, length);
    for (let i = start; i < end; i++) samples[i] = gain * speech[i - start];
    segments.push({ start, end });
  }
  for (let i = 0; i < length; i++) samples[i] += NOISE_PEAK * (2 * room.uniform() - 1);
  return { samples, segments };
}

/** A larynx of 85 to 230 Hz, and with it a vocal tract of a man's length or up to 18% shorter. */
function drawSpeaker(rng: Random): { f0: number; formantScale: number } {
  const height = rng.uniform();
  return { f0: 85 + 145 * height, formantScale: 0.96 + 0.18 * height + 0.04 * rng.uniform() };
}

function rms(x: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * x[i];
  return Math.sqrt(sum / x.length);
}
