/** The test sets, and synthesised speech to train on. A set is data; what it is read from is in readers/. */

import { type Corpus, corpusOf, type DatasetEntry } from "./corpus.ts";
import { InputError } from "./errors.ts";
import { an4Forms } from "./readers/an4.ts";
import { findForm } from "./readers/form.ts";
import { gigaspeechForms } from "./readers/gigaspeech.ts";
import { librispeechForms } from "./readers/librispeech.ts";
import { TEST_FILES } from "./readers/parquet_form.ts";
import { spgispeechForms } from "./readers/spgispeech.ts";
import { syntheticForms } from "./readers/synthetic.ts";
import { SPEECH_FOLDER, syntheticSpeechForms } from "./readers/synthetic_speech.ts";
import { SPEECH_LICENCE } from "./synthetic_speech/manifest.ts";

const LEADERBOARD_NOTE = "The Open ASR Leaderboard's copy (hf-audio/open-asr-leaderboard) is read too, " +
  "but its references are prepared otherwise, so its scores do not compare with those of the set's own.";

const SYNTHETIC = { count: 6, minutes: 5, seed: 1 } as const;

/** All sets. `version` changes when what a set is read as does. */
export const DATASETS: readonly DatasetEntry[] = [
  {
    id: "librispeech-clean",
    title: "LibriSpeech test-clean",
    version: "1",
    split: "test-clean",
    licence: "CC BY 4.0",
    homepage: "https://www.openslr.org/12",
    expected: { utterances: 2620, words: 52576, hours: 5.4 },
    files: [{
      url: "https://www.openslr.org/resources/12/test-clean.tar.gz",
      name: "test-clean.tar.gz",
      bytes: 346663984,
      md5: "32fa31d27d2e1cad72775fee3f4849a9",
    }],
    hub: null,
    gated: null,
    folder: "LibriSpeech",
    notes: "Read from the tar.gz as it is, which takes as much memory as it has bytes, or unpacked.",
    forms: librispeechForms("test-clean"),
  },
  {
    id: "librispeech-other",
    title: "LibriSpeech test-other",
    version: "1",
    split: "test-other",
    licence: "CC BY 4.0",
    homepage: "https://www.openslr.org/12",
    expected: { utterances: 2939, words: 52343, hours: 5.1 },
    files: [{
      url: "https://www.openslr.org/resources/12/test-other.tar.gz",
      name: "test-other.tar.gz",
      bytes: 328757843,
      md5: "fb5a50374b501bb3bac4815ee91d3135",
    }],
    hub: null,
    gated: null,
    folder: "LibriSpeech",
    notes: "Read from the tar.gz as it is, which takes as much memory as it has bytes, or unpacked.",
    forms: librispeechForms("test-other"),
  },
  {
    id: "gigaspeech",
    title: "GigaSpeech test",
    version: "1",
    split: "test",
    licence: "non-commercial research and education (GigaSpeech terms of access)",
    homepage: "https://github.com/SpeechColab/GigaSpeech",
    expected: { utterances: 25619, words: null, hours: 40 },
    files: [],
    hub: { repo: "speechcolab/gigaspeech", revision: "main", files: TEST_FILES },
    gated: {
      terms: "GigaSpeech's terms of access (non-commercial)",
      url: "https://huggingface.co/datasets/speechcolab/gigaspeech",
    },
    folder: "gigaspeech",
    notes:
      "Expected utterances include the garbage ones (<SIL> <MUSIC> <NOISE> <OTHER>), which are dropped and counted. " +
      "Punctuation tags stay in the text; protocol gigaspeech-v1 removes them. Where the speaker is N/A the recording " +
      `stands for it. ${LEADERBOARD_NOTE}`,
    forms: gigaspeechForms(),
  },
  {
    id: "spgispeech",
    title: "SPGISpeech val",
    version: "1",
    split: "val",
    licence: "Kensho user agreement (non-commercial)",
    homepage: "https://datasets.kensho.com/datasets/spgispeech",
    expected: { utterances: 39341, words: null, hours: null },
    files: [],
    hub: { repo: "kensho/spgispeech", revision: "main", files: TEST_FILES },
    gated: { terms: "Kensho's user agreement", url: "https://huggingface.co/datasets/kensho/spgispeech" },
    folder: "spgispeech",
    notes: "The hub calls it test. Cased and punctuated. No speakers are named: the call stands for them. " +
      LEADERBOARD_NOTE,
    forms: spgispeechForms(),
  },
  {
    id: "an4",
    title: "CMU AN4 test",
    version: "1",
    split: "test",
    licence: "BSD-like (an4/LICENSE, Carnegie Mellon University)",
    homepage: "http://www.speech.cs.cmu.edu/databases/an4/",
    expected: { utterances: 130, words: 773, hours: 0.1 },
    // No checksum: CMU publishes none, and the copy at hand was packed anew, so its own would refuse the real one.
    files: [{
      url: "http://www.speech.cs.cmu.edu/databases/an4/an4_raw.bigendian.tar.gz",
      name: "an4_raw.bigendian.tar.gz",
      bytes: null,
    }],
    hub: null,
    gated: null,
    folder: "an4",
    notes: "CMU publishes no checksum: gzip's own, and the counts of utterances and words, tell a damaged copy.",
    forms: an4Forms("an4_test"),
  },
  {
    id: "synthetic",
    title: `${SYNTHETIC.count} x ${SYNTHETIC.minutes} minutes stitched of LibriSpeech test-other`,
    version: "1",
    split: `test-other, seeds ${SYNTHETIC.seed} to ${SYNTHETIC.seed + SYNTHETIC.count - 1}`,
    licence: "CC BY 4.0",
    homepage: "https://www.openslr.org/12",
    expected: { utterances: SYNTHETIC.count, words: null, hours: SYNTHETIC.count * SYNTHETIC.minutes / 60 },
    files: [],
    hub: null,
    gated: null,
    folder: "LibriSpeech",
    notes: "Made of what there is of test-other: get librispeech-other. Another part of it gives other recordings, " +
      "which their sha256 tells apart.",
    forms: syntheticForms(SYNTHETIC),
  },
  {
    id: "synthetic-speech",
    title: "Synthesised speech, to train on",
    version: "synthesised",
    split: "train, synthesised",
    licence: SPEECH_LICENCE,
    homepage: "https://github.com/espeak-ng/espeak-ng",
    expected: null,
    files: [],
    hub: null,
    gated: null,
    folder: SPEECH_FOLDER,
    notes:
      "No recordings and no test set: espeak-ng speaks a text or sentences of a grammar. Its manifest, and the version " +
      "that reports show, say of what it was made.",
    forms: syntheticSpeechForms(),
  },
];

/** The set of that name; {@link InputError} that names the nearest, or all, where there is none. */
export function datasetNamed(id: string): DatasetEntry {
  const entry = DATASETS.find((known) => known.id === id);
  if (entry) return entry;
  const ids = DATASETS.map((known) => known.id);
  const near = ids.filter((known) => id !== "" && known.includes(id) || distance(known, id) <= 2);
  throw new InputError(
    near.length > 0
      ? `${id}: no such data set; did you mean ${near.join(" or ")}?`
      : `${id}: no such data set; there are ${ids.join(", ")}`,
  );
}

/** Where a set lies under the data root, and in which form; null where it does not. */
export async function findDataset(
  entry: DatasetEntry,
  dataRoot: string,
): Promise<{ path: string; form: string } | null> {
  const found = await findForm(entry.forms, dataRoot);
  return found && { path: found.path, form: found.form.name };
}

/**
 * Finds a set under `dataRoot` (which may be the set's own folder) and reads its index; no audio is decoded. Its first
 * `limit` utterances where a limit is given.
 *
 * Throws {@link InputError} where it is not there, naming what was looked for and how to get it, and where it is damaged.
 */
export async function openCorpus(
  entry: DatasetEntry,
  dataRoot: string,
  options: { limit?: number } = {},
): Promise<Corpus> {
  const found = await findForm(entry.forms, dataRoot);
  if (!found) {
    const looked = entry.forms.map(({ name, places }) => `${name} at ${places.join(", ")}`).join("; ");
    throw new InputError(`${dataRoot}: holds no ${entry.id} (looked for ${looked}); ${remedy(entry)}`);
  }
  return corpusOf(entry, await found.form.read(found.path), options.limit);
}

function remedy(entry: DatasetEntry): string {
  if (entry.id === "synthetic") return "it is made of test-other: deno task datasets get librispeech-other";
  if (entry.id === "synthetic-speech") {
    return "make it: deno task datasets get synthetic-speech --grammar an4 --hours 1";
  }
  const accept = entry.gated ? `accept ${entry.gated.terms} at ${entry.gated.url}, then ` : "";
  return `${accept}get it: deno task datasets get ${entry.id}`;
}

/** Levenshtein's edit distance, for suggestions. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + Number(a[i - 1] !== b[j - 1]));
    }
    row = next;
  }
  return row[b.length];
}
