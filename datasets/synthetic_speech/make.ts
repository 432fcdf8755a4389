import { join } from "node:path";
import { SAMPLE_RATE } from "../audio/read.ts";
import { InputError } from "../errors.ts";
import { espeakVoices } from "./espeak.ts";
import { isVacant, locked, MAKING, speakerThere } from "./folder.ts";
import {
  difference,
  manifestOf,
  readManifest,
  type SpeechExtent,
  type SpeechSettings,
  writeManifest,
} from "./manifest.ts";
import type { TextSource } from "./source.ts";
import { GENERATOR_VERSION, SPEAKER_UTTERANCES } from "./speaker.ts";
import { shortenSpeaker, speakerId, type SpeakerJob } from "./speaker_folder.ts";
import { countSpeaker, extentOf, isReached, type Tally, tallyFor } from "./tally.ts";
import { inWorkers } from "./workers.ts";
import { writing } from "./writing.ts";

/** What is to be made. */
export interface SpeechOrder {
  readonly source: TextSource;
  /** Whole, 0 to 2^32 - 1; the source's own. */
  readonly seed: number;
  /** Above 0. */
  readonly hours: number;
  /** Threads, each with an espeak-ng beside it (default: as many as there are processors, at most 16). */
  readonly threads?: number;
}

/** What else {@link makeSpeech} takes. */
export interface MakeOptions {
  readonly signal?: AbortSignal;
  /** Hears how much there is now, and how much was there before. */
  readonly onProgress?: (made: SpeechExtent, before: SpeechExtent) => void;
}

/** Seconds of speech that are worth another thread. */
const SECONDS_A_THREAD = 30;

/**
 * Speaks the sentences of `order.source` into `folder`, in LibriSpeech's layout with WAV files, until they last `hours`: the
 * first utterance that reaches them is the last. The files follow from the order and espeak-ng's version to the byte. A
 * speaker's folder has its name only when it is whole, so the same call goes on where another was killed, and one for more
 * hours adds to what is there.
 *
 * Throws {@link InputError} where espeak-ng is missing, the folder holds something else or more, another process is at work
 * in it, or the disk is full; the signal's reason when that fires.
 */
export async function makeSpeech(folder: string, order: SpeechOrder, options: MakeOptions = {}): Promise<SpeechExtent> {
  const { source, seed, hours, threads = Math.min(navigator.hardwareConcurrency, 16) } = order;
  if (!(hours > 0)) throw new InputError(`${hours} hours of speech: ask for more than 0`);
  const voices = await espeakVoices();
  const { version: espeak_ng, languages, variants } = voices;
  const { kind, name, sha256, spelled, pauses } = source;
  const text = { kind, name, sha256 };
  const settings = { generator: GENERATOR_VERSION, espeak_ng, languages, variants, seed, text };
  await refuseOther(folder, settings);

  await writing(folder, () => Deno.mkdir(folder, { recursive: true }));
  using _lock = await locked(folder);
  const tally = tallyFor(hours);
  const sentencesOf = (index: number): readonly (readonly string[])[] =>
    Array.from({ length: SPEAKER_UTTERANCES }, (_, i) => source.sentence(index * SPEAKER_UTTERANCES + i));
  const short = await countThere(folder, hours, tally, sentencesOf);
  const before = extentOf(tally);

  if (!isReached(tally)) {
    await writeManifest(folder, manifestOf(settings, hours, null));
    if (short !== null) await Deno.remove(short, { recursive: true });
    const path = (index: number): string => join(folder, MAKING, speakerId(index));
    const take = async (job: SpeakerJob, samples: readonly number[]): Promise<boolean> => {
      const taken = countSpeaker(tally, samples, job.sentences);
      if (taken < samples.length) await shortenSpeaker(path(job.index), job, taken);
      await writing(folder, () => Deno.rename(path(job.index), join(folder, speakerId(job.index))));
      options.onProgress?.(extentOf(tally), before);
      return !isReached(tally);
    };
    let index = tally.speakers;
    const next = () => {
      const job = { seed, index, voices, sentences: sentencesOf(index), spelled, pauses };
      return { path: path(index++), job };
    };
    const useful = Math.ceil((tally.target - tally.samples) / SAMPLE_RATE / SECONDS_A_THREAD);
    await inWorkers(Math.min(threads, useful), next, ({ job }, samples) => take(job, samples), options.signal);
  }
  const made = extentOf(tally);
  await writeManifest(folder, manifestOf(settings, hours, made));
  return made;
}

/**
 * Counts the speakers that are in the folder; returns the path of one that has too few utterances, as a smaller order ends,
 * and is not counted.
 */
async function countThere(
  folder: string,
  hours: number,
  tally: Tally,
  sentencesOf: (index: number) => readonly (readonly string[])[],
): Promise<string | null> {
  const tooMuch = `${folder}: holds more than ${hours} hours of this speech; ask for as much, or name another --out`;
  for (let index = 0;; index++) {
    const there = await speakerThere(folder, index);
    if (there === null) return null;
    if (isReached(tally)) throw new InputError(tooMuch);
    const samples = there.reduce((sum, n) => sum + n, 0);
    if (there.length < SPEAKER_UTTERANCES && tally.samples + samples < tally.target) {
      return join(folder, speakerId(index));
    }
    if (countSpeaker(tally, there, sentencesOf(index)) < there.length) throw new InputError(tooMuch);
  }
}

async function refuseOther(folder: string, settings: SpeechSettings): Promise<void> {
  const manifest = await readManifest(folder);
  if (manifest === null && !await isVacant(folder)) {
    throw new InputError(`${folder}: holds something other than synthesised speech; name another --out`);
  }
  const other = manifest && difference(manifest.settings, settings);
  if (other) throw new InputError(`${folder}: was made with ${other}; name another --out, or move it away`);
}
