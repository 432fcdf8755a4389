import { basename } from "node:path";
import { InputError } from "./errors.ts";
import { readText } from "./files.ts";

/** One utterance of a corpus: an audio file and its reference transcript. */
export interface Utterance {
  /** Unique within the corpus, for LibriSpeech `SPEAKER-CHAPTER-NUMBER`. */
  id: string;
  speaker: string;
  path: string;
  /** As the corpus has it, not normalized. */
  text: string;
}

/** One split, such as `test-clean`: its name and folder. */
export interface Split {
  name: string;
  path: string;
}

/** What {@link readSplit} may find other than LibriSpeech's own. */
export interface SplitOptions {
  /** Endings of audio files (default: `.flac`). */
  extensions?: readonly string[];
  /** Whether lines of a transcript whose audio is not there are left out (default: they are refused). */
  partial?: boolean;
}

/**
 * The LibriSpeech splits under `dataRoot`, sorted by name: of `dataRoot/LibriSpeech`, else of `dataRoot`, else `dataRoot`
 * itself where it is a split. Empty where there is none; {@link InputError} where `dataRoot` is no folder.
 */
export async function librispeechSplits(dataRoot: string): Promise<Split[]> {
  const base = (await folders(dataRoot)).includes("LibriSpeech") ? `${dataRoot}/LibriSpeech` : dataRoot;
  if (await isSplit(base)) {
    return [{ name: basename(await Deno.realPath(base)), path: base }];
  }
  const splits: Split[] = [];
  for (const name of await folders(base)) {
    const path = `${base}/${name}`;
    if (await isSplit(path)) splits.push({ name, path });
  }
  return splits;
}

/**
 * The utterances of a split in LibriSpeech's own layout (`SPEAKER/CHAPTER/SPEAKER-CHAPTER-NUMBER.flac` with
 * `SPEAKER-CHAPTER.trans.txt` of `ID TEXT` lines), sorted by speaker, chapter and id as text. Opens no audio.
 *
 * With `extensions` it reads LibriSpeech with other audio formats, such as ../shared/data's lossy copies: for training and
 * long audio, never to be reported as the split whose name they bear.
 *
 * Throws {@link InputError} where a transcript is missing, malformed or without its audio, or audio without its transcript.
 */
export async function readSplit(split: Split, options: SplitOptions = {}): Promise<Utterance[]> {
  const utterances: Utterance[] = [];
  for (const speaker of await numbered(split.path)) {
    for (const chapter of await numbered(`${split.path}/${speaker}`)) {
      utterances.push(...await readChapter(`${split.path}/${speaker}/${chapter}`, speaker, chapter, options));
    }
  }
  if (utterances.length === 0) throw new InputError(`${split.path}: holds no utterances; fetch it again`);
  return utterances;
}

/** The utterances of all splits that {@link librispeechSplits} finds, split by split; {@link InputError} where none is. */
export async function readLibriSpeech(dataRoot: string, options: SplitOptions = {}): Promise<Utterance[]> {
  const splits = await librispeechSplits(dataRoot);
  if (splits.length === 0) {
    throw new InputError(
      `${dataRoot}: holds no LibriSpeech audio (looked for LibriSpeech/SPLIT/SPEAKER/CHAPTER/*.flac, ` +
        `SPLIT/SPEAKER/CHAPTER/*.flac and SPEAKER/CHAPTER/*.flac); name the folder that LibriSpeech was unpacked in`,
    );
  }
  const utterances: Utterance[] = [];
  for (const split of splits) utterances.push(...await readSplit(split, options));
  return utterances;
}

async function readChapter(
  folder: string,
  speaker: string,
  chapter: string,
  options: SplitOptions,
): Promise<Utterance[]> {
  const content = await readText(`${folder}/${speaker}-${chapter}.trans.txt`);
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) names.push(entry.name);
  return chapterUtterances(folder, speaker, chapter, content, names, options);
}

/**
 * The utterances of one chapter, sorted by id, with {@link readSplit}'s errors.
 *
 * @param content of the chapter's transcript
 * @param names of the files in `folder`
 */
export function chapterUtterances(
  folder: string,
  speaker: string,
  chapter: string,
  content: string,
  names: string[],
  { extensions = [".flac"], partial = false }: SplitOptions = {},
): Utterance[] {
  const transcript = `${folder}/${speaker}-${chapter}.trans.txt`;
  const texts = parseTranscript(content, transcript);
  const audio = new Map<string, string>();
  for (const name of names) {
    const extension = extensions.find((end) => name.endsWith(end));
    if (extension === undefined) continue;
    const id = name.slice(0, -extension.length);
    if (!texts.has(id)) throw new InputError(`${transcript}: has no line for ${name}; fetch the split again`);
    audio.set(id, name);
  }
  const missing = [...texts.keys()].find((id) => !audio.has(id));
  if (missing !== undefined && !partial) {
    const path = `${folder}/${missing}${extensions[0]}`;
    throw new InputError(`${path}: is missing, but its transcript is there; fetch the split again`);
  }
  return [...audio.keys()].sort().map((id) => ({
    id,
    speaker,
    path: `${folder}/${audio.get(id)}`,
    text: texts.get(id)!,
  }));
}

function parseTranscript(content: string, path: string): Map<string, string> {
  const texts = new Map<string, string>();
  content.split(/\r?\n/).forEach((line, i) => {
    if (line.trim() === "") return;
    const match = /^(\d+-\d+-\d+) +(\S.*?) *$/.exec(line);
    if (!match) throw new InputError(`${path}:${i + 1}: is not "ID TEXT"; fetch the split again`);
    if (texts.has(match[1])) throw new InputError(`${path}:${i + 1}: ${match[1]} comes twice; fetch the split again`);
    texts.set(match[1], match[2]);
  });
  return texts;
}

/** A split is told by a folder SPEAKER/CHAPTER, both of them numbers. */
async function isSplit(path: string): Promise<boolean> {
  for (const speaker of await numbered(path)) {
    if ((await numbered(`${path}/${speaker}`)).length > 0) return true;
  }
  return false;
}

async function numbered(path: string): Promise<string[]> {
  return (await folders(path)).filter((name) => /^\d+$/.test(name));
}

async function folders(path: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(path)) {
      if (entry.isDirectory || entry.isSymlink && await leadsToFolder(`${path}/${entry.name}`)) names.push(entry.name);
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new InputError(`${path}: no such folder; check the path`);
    if (error instanceof Deno.errors.NotADirectory) throw new InputError(`${path}: is a file; name a folder`);
    throw error;
  }
  return names.sort();
}

async function leadsToFolder(link: string): Promise<boolean> {
  try {
    return (await Deno.stat(link)).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
