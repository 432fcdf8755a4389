import { readAudio, SAMPLE_RATE } from "../audio/read.ts";
import type { CorpusUtterance } from "../corpus.ts";
import { InputError } from "../errors.ts";
import { readSplit } from "../librispeech.ts";
import { MANIFEST, readManifest, versionOf } from "../synthetic_speech/manifest.ts";
import { WAV_HEADER_BYTES } from "../synthetic_speech/speaker_folder.ts";
import { fileBytes, type Form, type Reading } from "./form.ts";

/** Where `datasets get synthetic-speech` puts it under the data root. */
export const SPEECH_FOLDER = "synthetic-speech";

/** Synthesised speech as `makeSpeech` leaves it; what it is of, its manifest tells. */
export function syntheticSpeechForms(): Form[] {
  return [{
    name: "synthesised speech",
    places: [SPEECH_FOLDER, "."],
    holds: holdsSpeech,
    read: readSyntheticSpeech,
  }];
}

/** Other programs have manifests too. */
async function holdsSpeech(path: string): Promise<boolean> {
  try {
    return await readManifest(path) !== null;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

async function readSyntheticSpeech(path: string): Promise<Reading> {
  const manifest = await readManifest(path);
  if (!manifest?.made) {
    throw new InputError(
      `${path}: is not finished; run the command that makes it again (its text and seed are in ${MANIFEST})`,
    );
  }
  const utterances: CorpusUtterance[] = [];
  for (const { id, speaker, text, path: file } of await readSplit({ name: "", path }, { extensions: [".wav"] })) {
    const bytes = await fileBytes(file) ?? 0;
    const seconds = (bytes - WAV_HEADER_BYTES) / 2 / SAMPLE_RATE;
    utterances.push({ id, speaker, text, seconds, audio: () => readAudio(file) });
  }
  const { made, settings } = manifest;
  const expected = { utterances: made.utterances, words: made.words, hours: made.seconds / 3600 };
  const form = `synthesised by espeak-ng ${settings.espeak_ng}`;
  return { source: { path, form }, utterances, dropped: 0, own: { version: versionOf(settings), expected } };
}
