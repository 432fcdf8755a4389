/** What a test set is: as data in the registry, and opened as utterances to recognise. */

import { createHash } from "node:crypto";
import { InputError } from "./errors.ts";
import type { Form, Reading } from "./readers/form.ts";

/** One utterance to recognise: reference text, and how to get its samples. */
export interface CorpusUtterance {
  /** Unique in the corpus. */
  readonly id: string;
  /** Whoever speaks; where a corpus does not tell, the recording or call, whose utterances are as little independent. */
  readonly speaker: string | null;
  /** As the corpus has it, not normalised. */
  readonly text: string;
  /** Seconds where the corpus says so without decoding; else null. */
  readonly seconds: number | null;
  /** Mono samples at 16 kHz. Throws {@link InputError} where the audio does not decode. */
  audio(): Promise<Float32Array>;
}

/** How much a whole set holds; null where that is not known. */
export interface Expected {
  readonly utterances: number;
  readonly words: number | null;
  readonly hours: number | null;
}

/** An opened corpus. */
export interface Corpus {
  /** Of the registry; the version of the copy itself where it tells one. */
  readonly id: string;
  readonly version: string;
  readonly split: string;
  /** Where it was found, and in which form: "LibriSpeech folder", "LibriSpeech tar.gz", "Hugging Face parquet". */
  readonly source: { readonly path: string; readonly form: string };
  /** Sorted by id as text (by UTF-16 code units), whatever the form: so forms of the same content have the same sha256. */
  readonly utterances: readonly CorpusUtterance[];
  /** What the whole set has; {@link isPartial} tells whether this is less. */
  readonly expected: Expected;
  /** Utterances that were there and are never scored, such as GigaSpeech's garbage ones; not among `utterances`. */
  readonly dropped: number;
  /** SHA-256 of the lines `ID<TAB>TEXT<LF>` in order, in hexadecimal: what `eval` compares on resume and merge. */
  readonly sha256: string;
}

/** One file of a test set, as a server has it. */
export interface DatasetFile {
  readonly url: string;
  /** The name it gets in the entry's folder. */
  readonly name: string;
  readonly bytes: number | null;
  readonly md5?: string;
  readonly sha256?: string;
}

/** A repository of the Hugging Face hub, of which a set takes the files whose path fits. */
export interface DatasetHub {
  readonly repo: string;
  readonly revision: string;
  /** Tested against paths from the repository's root. */
  readonly files: RegExp;
}

/** A test set as data. */
export interface DatasetEntry {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  readonly split: string;
  readonly licence: string;
  readonly homepage: string;
  /** Null where each copy tells its own ({@link Reading}). */
  readonly expected: Expected | null;
  /** What `datasets get` fetches; empty where the files are listed by `hub`, or made of another set. */
  readonly files: readonly DatasetFile[];
  readonly hub: DatasetHub | null;
  /** What to accept, and where; null where anyone may download. */
  readonly gated: { readonly terms: string; readonly url: string } | null;
  /** Folder under the data root where `datasets get` puts the files. */
  readonly folder: string;
  readonly notes: string;
  /** What it is read from, in the order in which that is looked for. */
  readonly forms: readonly Form[];
}

/**
 * The corpus of what a reader found, sorted, its first `limit` utterances where a limit is given. Throws {@link InputError}
 * where an id comes twice or nothing is left.
 */
export function corpusOf(entry: DatasetEntry, reading: Reading, limit?: number): Corpus {
  const { source, dropped } = reading;
  const utterances = [...reading.utterances].sort((a, b) => a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
  const twice = utterances.find(({ id }, i) => i > 0 && utterances[i - 1].id === id);
  if (twice) throw new InputError(`${source.path}: ${twice.id} comes twice; keep one copy of the set there`);
  if (utterances.length === 0) {
    throw new InputError(`${source.path}: holds no utterances of ${entry.id}; fetch it again`);
  }
  const kept = utterances.slice(0, limit);
  const { id, split } = entry;
  const version = reading.own?.version ?? entry.version;
  const all = { utterances: utterances.length + dropped, words: null, hours: null };
  const expected = reading.own?.expected ?? entry.expected ?? all;
  return { id, version, split, source, utterances: kept, expected, dropped, sha256: contentSha256(kept) };
}

/** Whether a corpus is less than the whole set. */
export function isPartial({ utterances, dropped, expected }: Corpus): boolean {
  return utterances.length + dropped < expected.utterances;
}

/** As {@link Corpus}.sha256. */
export function contentSha256(utterances: readonly { readonly id: string; readonly text: string }[]): string {
  const hash = createHash("sha256");
  for (const { id, text } of utterances) hash.update(`${id}\t${text}\n`);
  return hash.digest("hex");
}
