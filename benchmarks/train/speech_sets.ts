import { isAbsolute, join } from "node:path";
import { readAudio, SAMPLE_RATE } from "../../datasets/audio/read.ts";
import type { CorpusUtterance } from "../../datasets/corpus.ts";
import { InputError } from "../../datasets/errors.ts";
import { librispeechSplits, readSplit } from "../../datasets/librispeech.ts";
import { an4Forms } from "../../datasets/readers/an4.ts";
import { findForm, kindOf } from "../../datasets/readers/form.ts";
import { generatedSpeech } from "../../datasets/synthetic/generated.ts";
import { readManifest, type SpeechManifest, versionOf } from "../../datasets/synthetic_speech/manifest.ts";
import { UsageError } from "../harness/errors.ts";

/** What eight utterances of speech-like sound are called: they say no words, but can be told apart and learned by heart. */
const GENERATED_TEXTS = ["yes", "no", "go on", "stop now", "red fox", "nine dots", "one two", "my old cat"];
const GENERATED_SECONDS = 1.28;

/** Utterances to train on or to evaluate on. */
export interface SpeechSet {
  readonly utterances: readonly CorpusUtterance[];
  /** Where nobody recorded them: what they were synthesised by and of. */
  readonly synthesised: string | null;
}

/**
 * The utterances of a set that a training config names: AN4's training set, generated ones, or a folder in LibriSpeech's
 * layout (FLAC, WAV, MP3 or Opus), synthesised speech among them. Opens no audio. Throws UsageError where there is no such
 * set, and where it is a test set or not finished; InputError where it is damaged.
 */
export async function openSpeech(dataset: string, dataRoot: string): Promise<SpeechSet> {
  if (dataset === "generated") return { utterances: generated(), synthesised: "generated sound that says no words" };
  if (dataset === "an4") return { utterances: await an4Train(dataRoot), synthesised: null };
  const folder = isAbsolute(dataset) ? dataset : join(dataRoot, dataset);
  const splits = await kindOf(folder) === "folder" ? await librispeechSplits(folder) : [];
  if (splits.length === 0) {
    const remedy = dataset === "synthetic-speech"
      ? "make it: deno task datasets get synthetic-speech --grammar an4 --hours 5"
      : "name one, or an4, or generated";
    throw new UsageError(`data: ${dataset}: ${folder} is no folder in LibriSpeech's layout; ${remedy}`);
  }
  const test = splits.find(({ name }) => name.startsWith("test"));
  if (test) {
    throw new UsageError(
      `data: ${dataset}: ${test.path} is a test set, which training must not see; name another folder`,
    );
  }
  const manifest = await manifestOf(folder);
  if (manifest && manifest.made === null) {
    throw new UsageError(`data: ${dataset}: ${folder} is not finished; run the command that makes it again`);
  }
  const found = [];
  for (const split of splits) {
    found.push(...await readSplit(split, { extensions: [".flac", ".wav", ".mp3", ".opus"], partial: true }));
  }
  const utterances = found.map(({ id, speaker, path, text }) => ({
    id,
    speaker,
    text,
    seconds: null,
    audio: () => readAudio(path),
  }));
  return { utterances, synthesised: manifest && versionOf(manifest.settings) };
}

/** Of synthesised speech; null for any other folder. */
async function manifestOf(folder: string): Promise<SpeechManifest | null> {
  try {
    return await readManifest(folder);
  } catch (error) {
    if (error instanceof InputError) return null; // another program's
    throw error;
  }
}

async function an4Train(dataRoot: string): Promise<readonly CorpusUtterance[]> {
  const found = await findForm(an4Forms("an4_train"), dataRoot);
  if (!found) throw new UsageError(`${dataRoot}: holds no an4; get it: deno task datasets get an4`);
  const { utterances } = await found.form.read(found.path);
  return utterances.toSorted((a, b) => a.id < b.id ? -1 : 1);
}

function generated(): readonly CorpusUtterance[] {
  return GENERATED_TEXTS.map((text, i) => ({
    id: `generated-${i + 1}`,
    speaker: `generated-${i + 1}`,
    text,
    seconds: GENERATED_SECONDS,
    audio: () => Promise.resolve(generatedSpeech(GENERATED_SECONDS * SAMPLE_RATE, i + 1).samples),
  }));
}
