import { isAbsolute, join } from "node:path";
import { readAudio, SAMPLE_RATE } from "../../datasets/audio/read.ts";
import type { CorpusUtterance } from "../../datasets/corpus.ts";
import { librispeechSplits, readSplit } from "../../datasets/librispeech.ts";
import { an4Forms } from "../../datasets/readers/an4.ts";
import { findForm, kindOf } from "../../datasets/readers/form.ts";
import { generatedSpeech } from "../../datasets/synthetic/generated.ts";
import { UsageError } from "../harness/errors.ts";

/** What eight utterances of speech-like sound are called: they say no words, but can be told apart and learned by heart. */
const GENERATED_TEXTS = ["yes", "no", "go on", "stop now", "red fox", "nine dots", "one two", "my old cat"];
const GENERATED_SECONDS = 1.28;

/**
 * The utterances of a set that a training config names: AN4's training set, generated ones, or a folder in LibriSpeech's
 * layout (FLAC, WAV, MP3 or Opus). Opens no audio. Throws UsageError where there is no such set, and where it is a test
 * set; InputError where it is damaged.
 */
export async function openSpeech(dataset: string, dataRoot: string): Promise<readonly CorpusUtterance[]> {
  if (dataset === "generated") return generated();
  if (dataset === "an4") return await an4Train(dataRoot);
  const folder = isAbsolute(dataset) ? dataset : join(dataRoot, dataset);
  const splits = await kindOf(folder) === "folder" ? await librispeechSplits(folder) : [];
  if (splits.length === 0) {
    throw new UsageError(
      `data: ${dataset}: ${folder} is no folder in LibriSpeech's layout; name one, or an4, or generated`,
    );
  }
  const test = splits.find(({ name }) => name.startsWith("test"));
  if (test) {
    throw new UsageError(
      `data: ${dataset}: ${test.path} is a test set, which training must not see; name another folder`,
    );
  }
  const found = [];
  for (const split of splits) {
    found.push(...await readSplit(split, { extensions: [".flac", ".wav", ".mp3", ".opus"], partial: true }));
  }
  return found.map(({ id, speaker, path, text }) => ({
    id,
    speaker,
    text,
    seconds: null,
    audio: () => readAudio(path),
  }));
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
