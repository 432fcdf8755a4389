import { createHash } from "node:crypto";
import { readAudio, SAMPLE_RATE } from "../audio/read.ts";
import { InputError } from "../errors.ts";
import { readLibriSpeech } from "../librispeech.ts";
import { generatedSpeech } from "./generated.ts";
import { stitchedSpeech } from "./stitched.ts";

/** Where the sound comes from: real utterances put together, or a synthesiser that says no words. */
export type Source = "stitched" | "generated";

/** A stretch of speech, [start, end) in samples; generated speech has neither id nor text. */
export interface Segment {
  start: number;
  end: number;
  id?: string;
  text?: string;
}

/** What was made of what: enough to make it again and to check that it is the same. */
export interface Manifest {
  seed: number;
  seconds: number;
  source: Source;
  /** In order of time and apart from each other; what lies between is pause. */
  segments: Segment[];
  /** Of the samples as little-endian float32, in hexadecimal. */
  sha256: string;
}

/** Long audio with what is known of it. */
export interface SyntheticAudio {
  /** Mono at 16 kHz, exactly round(seconds * 16000) of them. */
  samples: Float32Array<ArrayBuffer>;
  source: Source;
  /** The words that are said, all of them and in order; absent where the speech is generated. */
  text?: string;
  manifest: Manifest;
}

/** What {@link syntheticAudio} is to make. */
export interface SyntheticRequest {
  seconds: number;
  /** A whole number from 0 to 2^32 - 1. */
  seed: number;
  /** A folder with LibriSpeech audio, to stitch its utterances; without it the speech is generated. */
  dataRoot?: string;
}

/**
 * Audio of an exact length from a seed, the same on every machine: real LibriSpeech utterances with pauses where
 * `dataRoot` is given, else speech-like sound. See {@link stitchedSpeech} and {@link generatedSpeech}.
 *
 * Throws {@link InputError} where seconds or seed make no sense, where `dataRoot` holds no LibriSpeech audio or damaged
 * audio, and where not one utterance fits.
 */
export async function syntheticAudio({ seconds, seed, dataRoot }: SyntheticRequest): Promise<SyntheticAudio> {
  const length = Math.round(seconds * SAMPLE_RATE);
  if (!Number.isSafeInteger(length) || length < 1) {
    throw new InputError(`${seconds} s: no length for audio; give seconds above 0`);
  }
  const source: Source = dataRoot === undefined ? "generated" : "stitched";
  const { samples, segments } = dataRoot === undefined
    ? generatedSpeech(length, seed)
    : await stitchedSpeech(await readLibriSpeech(dataRoot), length, seed, ({ path }) => readAudio(path));
  const manifest = { seed, seconds, source, segments, sha256: sha256(samples) };
  if (source === "generated") return { samples, source, manifest };
  return { samples, source, text: segments.map((segment) => segment.text).join(" "), manifest };
}

/** SHA-256 of samples as little-endian float32, in hexadecimal: what a {@link Manifest} holds. */
export function sha256(samples: Float32Array<ArrayBuffer>): string {
  // Every platform that Deno runs on is little-endian.
  return createHash("sha256").update(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)).digest(
    "hex",
  );
}
