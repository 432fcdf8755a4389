import { SAMPLE_RATE } from "../audio/read.ts";
import type { CorpusUtterance } from "../corpus.ts";
import { InputError } from "../errors.ts";
import { stitchedSpeech } from "../synthetic/stitched.ts";
import { findForm, type Form, type Reading } from "./form.ts";
import { librispeechForms } from "./librispeech.ts";

/** Long audio, fixed: `count` recordings of `minutes`, of the seeds from `seed` on. */
export interface SyntheticSet {
  readonly count: number;
  readonly minutes: number;
  readonly seed: number;
}

/**
 * Long recordings stitched of LibriSpeech's test-other, each fixed by its seed and by what of test-other is there. Their
 * text is known from the lengths of the utterances alone; their samples are made when they are asked for.
 */
export function syntheticForms(set: SyntheticSet): Form[] {
  const parts = librispeechForms("test-other");
  return [{
    name: "LibriSpeech test-other, to stitch",
    places: ["."],
    holds: async (path) => (await findForm(parts, path)) !== null,
    read: (path) => readSynthetic(path, parts, set),
  }];
}

async function readSynthetic(dataRoot: string, parts: readonly Form[], set: SyntheticSet): Promise<Reading> {
  const found = await findForm(parts, dataRoot);
  if (!found) throw new InputError(`${dataRoot}: holds no LibriSpeech test-other`);
  const { utterances: spoken, source } = await found.form.read(found.path);
  const sorted = [...spoken].sort((a, b) => a.id < b.id ? -1 : 1);
  const seconds = set.minutes * 60;
  const length = Math.round(seconds * SAMPLE_RATE);
  const stitch = (seed: number, read: (utterance: CorpusUtterance) => Promise<Float32Array>) =>
    stitchedSpeech(sorted, length, seed, read);

  const utterances: CorpusUtterance[] = [];
  for (let i = 0; i < set.count; i++) {
    const seed = set.seed + i;
    // Of which utterances it consists depends on their lengths only.
    const { segments } = await stitch(seed, async (utterance) => {
      const samples = utterance.seconds === null ? await utterance.audio() : null;
      return samples ?? new Float32Array(Math.round(utterance.seconds! * SAMPLE_RATE));
    });
    utterances.push({
      id: `synthetic-${set.minutes}min-${String(i + 1).padStart(2, "0")}`,
      speaker: null,
      text: segments.map(({ text }) => text).join(" "),
      seconds,
      audio: async () => (await stitch(seed, (utterance) => utterance.audio())).samples,
    });
  }
  const form = `stitched of ${spoken.length} utterances (${source.form})`;
  return { source: { path: source.path, form }, utterances, dropped: 0 };
}
