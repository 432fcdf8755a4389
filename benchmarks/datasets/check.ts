import { dirname, join } from "node:path";
import { type Corpus, type DatasetEntry, isPartial } from "../../datasets/corpus.ts";
import { verify } from "../../datasets/download/download.ts";
import { InputError } from "../../datasets/errors.ts";
import { kindOf } from "../../datasets/readers/form.ts";
import { findDataset, openCorpus } from "../../datasets/registry.ts";
import { readSums } from "./sums.ts";

/** How much there is of how much; `expected` is null where that is not known. */
export interface Extent {
  readonly found: number;
  readonly expected: number | null;
}

/** A file with a known checksum; `problem` is one line, null where it is right. */
export interface CheckedFile {
  readonly path: string;
  readonly state: "right" | "missing" | "wrong";
  readonly problem: string | null;
}

/** What check found; with `--json`, what it prints. */
export interface Finding {
  readonly kind: "dataset-check";
  readonly schema_version: 1;
  readonly id: string;
  readonly version: string;
  readonly split: string;
  /** `wrong`: something of it cannot be what it should be. */
  readonly state: "whole" | "partial" | "wrong";
  readonly source: { readonly path: string; readonly form: string };
  /** Files with known checksums. */
  readonly files: readonly CheckedFile[];
  /** Null, like what follows, where the copy cannot be opened. Those that are never scored are counted. */
  readonly utterances: Extent | null;
  readonly dropped: number;
  readonly words: Extent | null;
  /** Null where the copy does not tell without decoding. */
  readonly hours: Extent | null;
  readonly decoded: { readonly utterances: number; readonly seconds: number } | null;
  /** As in {@link Corpus}. */
  readonly sha256: string | null;
  /** One line each, besides those of files. */
  readonly problems: readonly string[];
}

/**
 * Looks at the copy of a set under `dataRoot`: checksums of whole files, counts, and whether `decode` utterances, spread
 * over the set, decode. `tell` hears what is being done. Throws {@link InputError} where there is no copy.
 */
export async function check(
  entry: DatasetEntry,
  dataRoot: string,
  decode: number,
  tell: (doing: string) => void,
): Promise<Finding> {
  const found = await findDataset(entry, dataRoot);
  // What it says where there is nothing: what was looked for, and how to get it.
  if (!found) await openCorpus(entry, dataRoot);
  const files: CheckedFile[] = [];
  for (const { path, ...known } of await knownFiles(entry, dataRoot, found!.path)) {
    tell(`verifying ${path}`);
    if (await kindOf(path) !== "file") {
      files.push({ path, state: "missing", problem: `${path}: is missing` });
      continue;
    }
    const problem = await verify({ ...known, url: "", name: path }, path);
    files.push({ path, state: problem === null ? "right" : "wrong", problem });
  }
  const common = {
    kind: "dataset-check",
    schema_version: 1,
    id: entry.id,
    version: entry.version,
    split: entry.split,
    files,
  } as const;
  tell(`reading ${found!.path}`);
  const corpus = await openCorpus(entry, dataRoot).catch((error: unknown) => {
    if (error instanceof InputError) return error;
    throw error;
  });
  if (corpus instanceof InputError) {
    return {
      ...common,
      state: "wrong",
      source: found!,
      utterances: null,
      dropped: 0,
      words: null,
      hours: null,
      decoded: null,
      sha256: null,
      problems: [corpus.message],
    };
  }
  const extent = extentOf(corpus);
  const { decoded, problems } = await decodeSome(corpus, decode, tell);
  if (extent.utterances.found > corpus.expected.utterances) {
    problems.push(`${corpus.source.path}: holds more than the ${corpus.expected.utterances} utterances of the set`);
  }
  const partial = isPartial(corpus) || files.some(({ state }) => state === "missing");
  if (!partial && extent.words.expected !== null && extent.words.found !== extent.words.expected) {
    problems.push(`${corpus.source.path}: all utterances are there, with other words than the set's`);
  }
  const isWrong = problems.length > 0 || files.some(({ state }) => state === "wrong");
  const { version, source, dropped, sha256 } = corpus;
  return {
    ...common,
    version,
    state: isWrong ? "wrong" : partial ? "partial" : "whole",
    source,
    dropped,
    sha256,
    ...extent,
    decoded,
    problems,
  };
}

/** Files whose checksums are known from the registry, if they are there, or from when they were fetched. */
async function knownFiles(entry: DatasetEntry, dataRoot: string, found: string) {
  const folders = [join(dataRoot, entry.folder), dataRoot, await kindOf(found) === "folder" ? found : dirname(found)];
  const files = new Map<string, { path: string; bytes?: number; md5?: string; sha256?: string }>();
  for (const folder of new Set(folders.map((folder) => join(folder)))) {
    for (const { name, bytes, md5, sha256 } of entry.files) {
      const path = join(folder, name);
      if ((bytes ?? md5 ?? sha256) === undefined || await kindOf(path) !== "file") continue;
      files.set(path, { path, ...bytes !== null && { bytes }, ...md5 && { md5 }, ...sha256 && { sha256 } });
    }
    // Of sets that share a folder, each would see the other's.
    if (entry.hub === null) continue;
    for (const { name, sha256 } of await readSums(folder)) {
      files.set(join(folder, name), { path: join(folder, name), sha256 });
    }
  }
  return [...files.values()];
}

function extentOf({ utterances, dropped, expected }: Corpus) {
  const words = utterances.reduce((sum, { text }) => sum + text.split(/\s+/).filter((word) => word !== "").length, 0);
  const seconds = utterances.map(({ seconds }) => seconds);
  const isTold = seconds.every((value) => value !== null);
  const hours = seconds.reduce<number>((sum, value) => sum + (value ?? 0), 0) / 3600;
  return {
    utterances: { found: utterances.length + dropped, expected: expected.utterances },
    words: { found: words, expected: expected.words },
    hours: isTold ? { found: hours, expected: expected.hours } : null,
  };
}

async function decodeSome({ utterances }: Corpus, decode: number, tell: (doing: string) => void) {
  const count = Math.min(decode, utterances.length);
  const problems: string[] = [];
  let seconds = 0;
  for (let i = 0; i < count; i++) {
    const { id, audio } = utterances[Math.floor(i * utterances.length / count)];
    tell(`decoding ${i + 1}/${count} ${id}`);
    try {
      const { length } = await audio();
      if (length === 0) problems.push(`${id}: decodes to nothing`);
      seconds += length / 16000;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(error.message);
    }
  }
  return { decoded: { utterances: count, seconds }, problems };
}
