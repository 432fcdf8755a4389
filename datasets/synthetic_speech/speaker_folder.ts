import { join } from "node:path";
import { SAMPLE_RATE } from "../audio/read.ts";
import { encodeWav } from "../audio/wav.ts";
import { type EspeakVoices, speak } from "./espeak.ts";
import { resampleAll } from "./joined.ts";
import { type Manner, mannerOf, randomFor, speakerOf } from "./speaker.ts";
import { spokenWords, withPauses } from "./spoken.ts";
import { writing } from "./writing.ts";

/** One speaker's work: all that its files depend on. */
export interface SpeakerJob {
  readonly seed: number;
  readonly index: number;
  readonly voices: EspeakVoices;
  /** Words by utterance, upper case. */
  readonly sentences: readonly (readonly string[])[];
  /** As in `TextSource`. */
  readonly spelled: boolean;
  readonly pauses: readonly number[];
}

/** Bytes before the samples of the WAV files. */
export const WAV_HEADER_BYTES = 44;

/** A speaker's number: beyond those of any LibriSpeech, and of one length, so that they sort as they were made. */
export function speakerId(index: number): string {
  return String(9_000_000 + index);
}

/** An utterance's id, `SPEAKER-1-NNNN`. */
export function utteranceId(index: number, utterance: number): string {
  return `${speakerId(index)}-1-${String(utterance).padStart(4, "0")}`;
}

/**
 * Writes a speaker's utterances into the new folder `path` as LibriSpeech lays them out: `1/ID.wav` (16 kHz, mono, 16 bit)
 * and `1/SPEAKER-1.trans.txt`.
 *
 * @returns samples by utterance. Throws as `speak` does, and an InputError where the folder cannot be written.
 */
export async function makeSpeaker(path: string, job: SpeakerJob): Promise<number[]> {
  const spoken = await speakAll(job);
  const chapter = join(path, "1");
  await writing(chapter, () => Deno.mkdir(chapter, { recursive: true }));
  for (const [i, samples] of spoken.entries()) {
    const file = join(chapter, `${utteranceId(job.index, i)}.wav`);
    const wav = encodeWav({ sampleRate: SAMPLE_RATE, channels: [samples] }, "pcm16");
    await writing(file, () => Deno.writeFile(file, wav));
  }
  await writeTranscript(path, job.index, job.sentences);
  return spoken.map(({ length }) => length);
}

/** Leaves of a speaker's folder the first utterances only, those of `sentences`. */
export async function shortenSpeaker(path: string, job: SpeakerJob, count: number): Promise<void> {
  for (let i = count; i < job.sentences.length; i++) {
    await Deno.remove(join(path, "1", `${utteranceId(job.index, i)}.wav`));
  }
  await writeTranscript(path, job.index, job.sentences.slice(0, count));
}

async function speakAll({ seed, index, voices, sentences, spelled, pauses }: SpeakerJob): Promise<Float32Array[]> {
  const speaker = speakerOf(seed, index, voices);
  const manners: Manner[] = [];
  const pieces: Float32Array[] = [];
  for (const [i, words] of sentences.entries()) {
    const rng = randomFor(seed, "utterance", index, i);
    const manner = mannerOf(speaker, pauses, rng);
    manners.push(manner);
    pieces.push(await speak(withPauses(spokenWords(words, spelled), manner.pauses, rng), manner));
  }
  return (await resampleAll(pieces)).map((samples, i) => placed(samples, manners[i]));
}

/** The samples at the manner's level, between its silences. */
function placed(samples: Float32Array, { peak, before, after }: Manner): Float32Array {
  const [start, end] = [before, after].map((seconds) => Math.round(seconds * SAMPLE_RATE));
  const gain = peak / samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const result = new Float32Array(start + samples.length + end);
  for (let i = 0; i < samples.length; i++) result[start + i] = gain * samples[i];
  return result;
}

async function writeTranscript(path: string, index: number, sentences: SpeakerJob["sentences"]): Promise<void> {
  const file = join(path, "1", `${speakerId(index)}-1.trans.txt`);
  const lines = sentences.map((words, i) => `${utteranceId(index, i)} ${words.join(" ")}\n`);
  await writing(file, () => Deno.writeTextFile(file, lines.join("")));
}
