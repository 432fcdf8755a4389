import { SAMPLE_RATE } from "../audio/read.ts";
import type { SpeechExtent } from "./manifest.ts";

/** Speech counted up to a target, utterance by utterance. */
export interface Tally {
  /** Samples at 16 kHz that are wanted. */
  readonly target: number;
  speakers: number;
  utterances: number;
  words: number;
  samples: number;
}

/** Nothing yet of `hours`. */
export function tallyFor(hours: number): Tally {
  return { target: Math.round(hours * 3600 * SAMPLE_RATE), speakers: 0, utterances: 0, words: 0, samples: 0 };
}

/** Whether the target is reached. */
export function isReached({ samples, target }: Tally): boolean {
  return samples >= target;
}

/**
 * Counts a speaker's utterances, up to the one that reaches the target.
 *
 * @param samples by utterance
 * @param sentences words by utterance
 * @returns how many were counted
 */
export function countSpeaker(
  tally: Tally,
  samples: readonly number[],
  sentences: readonly (readonly string[])[],
): number {
  let taken = 0;
  while (taken < samples.length && !isReached(tally)) {
    tally.samples += samples[taken];
    tally.words += sentences[taken++].length;
  }
  tally.speakers++;
  tally.utterances += taken;
  return taken;
}

/** The tally as reports have it. */
export function extentOf({ speakers, utterances, words, samples }: Tally): SpeechExtent {
  return { speakers, utterances, words, seconds: samples / SAMPLE_RATE };
}
