import { createHash } from "node:crypto";
import { type Random, random } from "../random.ts";
import type { Delivery, EspeakVoices } from "./espeak.ts";

/** Changes whenever the same seed, text and espeak-ng would give other files. */
export const GENERATOR_VERSION = 1;

/** Whoever speaks {@link SPEAKER_UTTERANCES} utterances; each of them deviates from it a little. */
export type Speaker = Delivery;

/** An utterance's own manner. */
export interface Manner extends Delivery {
  /** Chance of a pause after a word. */
  readonly pauses: number;
  /** Highest sample, of 1. */
  readonly peak: number;
  /** Seconds of silence before and after. */
  readonly before: number;
  readonly after: number;
}

/** Utterances of each speaker. */
export const SPEAKER_UTTERANCES = 10;

/** Random numbers that depend on the seed and on what they are for alone, so that speakers can be made in any order. */
export function randomFor(seed: number, ...purpose: (string | number)[]): Random {
  const digest = createHash("sha256").update([seed, ...purpose].join("/")).digest();
  return random(digest.readUInt32LE(0));
}

/**
 * The `index`th speaker of a seed: half of them American (`en-us...`), the others of any English voice; a variant, a pitch
 * and a speed.
 */
export function speakerOf(seed: number, index: number, { languages, variants }: EspeakVoices): Speaker {
  const rng = randomFor(seed, "speaker", index);
  const american = languages.filter((language) => language.startsWith("en-us"));
  const among = american.length > 0 && rng.integer(2) === 0 ? american : languages;
  const language = among[rng.integer(among.length)];
  const variant = variants[rng.integer(variants.length)];
  return {
    voice: `${language}+${variant}`,
    pitch: 30 + rng.integer(41),
    speed: 130 + rng.integer(101),
    gap: rng.integer(5),
  };
}

/** How a speaker says one utterance. `pauses`: chances of a pause after a word, of which one is drawn. */
export function mannerOf(speaker: Speaker, pauses: readonly number[], rng: Random): Manner {
  return {
    voice: speaker.voice,
    pitch: Math.max(0, Math.min(99, speaker.pitch + rng.integer(17) - 8)),
    speed: Math.round(speaker.speed * (0.88 + 0.26 * rng.uniform())),
    gap: speaker.gap + rng.integer(6),
    pauses: pauses[rng.integer(pauses.length)],
    // -26 to -1 dB of full scale.
    peak: 10 ** (-(1 + 25 * rng.uniform()) / 20),
    before: 0.1 + 0.4 * rng.uniform(),
    after: 0.1 + 0.4 * rng.uniform(),
  };
}
