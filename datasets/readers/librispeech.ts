import { dirname } from "node:path";
import { FLAC_HEADER_BYTES, flacSeconds } from "../audio/flac.ts";
import { decodeAudio, readAudio } from "../audio/read.ts";
import type { CorpusUtterance } from "../corpus.ts";
import { InputError } from "../errors.ts";
import { chapterUtterances, librispeechSplits, readSplit } from "../librispeech.ts";
import { folderName, type Form, isFileNamed, kindOf, type Reading } from "./form.ts";
import { parquetForm } from "./parquet_form.ts";
import { readTar } from "./tar.ts";

/** A split of LibriSpeech: its folder, its tar.gz as OpenSLR has it, or parquet. A copy of a part of it will do. */
export function librispeechForms(split: "test-clean" | "test-other"): Form[] {
  // openslr/librispeech_asr has clean/test/ and all/test.clean/, the leaderboard test.clean-00000-of-00001.parquet.
  const name = split.slice("test-".length);
  return [
    {
      name: "LibriSpeech folder",
      places: [`LibriSpeech/${split}`, split, "."],
      holds: async (path) =>
        await kindOf(path) === "folder" && await folderName(path) === split &&
        (await librispeechSplits(path)).some((found) => found.path === path),
      read: (path) => readFolder(path),
    },
    {
      name: "LibriSpeech tar.gz",
      places: [`LibriSpeech/${split}.tar.gz`, `${split}.tar.gz`, "."],
      holds: (path) => isFileNamed(path, `${split}.tar.gz`),
      read: (path) => readArchive(path, split),
    },
    parquetForm({
      id: "id",
      dataset: "librispeech",
      places: ["LibriSpeech", "librispeech", "librispeech_asr", "open-asr-leaderboard/librispeech", "."],
      files: new RegExp(`(?:^|/)(?:test[.-]${name}|${name}/test)[^/]*(?:/[^/]+)?\\.parquet$`),
      text: "text",
      mark: "speaker_id",
      speaker: (_, id) => /^(\d+)-\d+-\d+$/.exec(id)?.[1] ?? null,
    }),
  ];
}

async function readFolder(path: string): Promise<Reading> {
  const found = await readSplit({ name: "", path }, { partial: true });
  const utterances: CorpusUtterance[] = [];
  for (const { id, speaker, text, path } of found) {
    utterances.push({ id, speaker, text, seconds: flacSeconds(await readHead(path)), audio: () => readAudio(path) });
  }
  return { source: { path, form: "LibriSpeech folder" }, utterances, dropped: 0 };
}

/** The first bytes of a FLAC file, or what there is of them. */
async function readHead(path: string): Promise<Uint8Array> {
  using file = await Deno.open(path);
  const head = new Uint8Array(FLAC_HEADER_BYTES);
  return head.subarray(0, await file.read(head) ?? 0);
}

/**
 * One pass over the archive, which keeps the FLAC files as they are in memory, as large as the archive (350 MB for a test
 * split): gzip cannot be entered in the middle, and archives do not have the order in which utterances are asked for.
 */
async function readArchive(path: string, split: string): Promise<Reading> {
  const inSplit = new RegExp(`^LibriSpeech/${split}/\\d+/\\d+/[^/]+\\.(?:flac|trans\\.txt)$`);
  const files = await readTar(path, (name) => inSplit.test(name));
  const chapters = new Map<string, string[]>();
  for (const name of files.keys()) {
    const names = chapters.get(dirname(name)) ?? [];
    names.push(name.slice(dirname(name).length + 1));
    chapters.set(dirname(name), names);
  }
  const utterances: CorpusUtterance[] = [];
  for (const [folder, names] of chapters) {
    const [speaker, chapter] = folder.split("/").slice(-2);
    const transcript = files.get(`${folder}/${speaker}-${chapter}.trans.txt`);
    if (!transcript) throw new InputError(`${path}: ${folder} has no transcript; fetch it again`);
    const content = new TextDecoder().decode(transcript);
    const found = chapterUtterances(`${path}: ${folder}`, speaker, chapter, content, names, { partial: true });
    for (const { id, text } of found) {
      const bytes = files.get(`${folder}/${id}.flac`)!;
      const name = `${path}: ${folder}/${id}.flac`;
      utterances.push({ id, speaker, text, seconds: flacSeconds(bytes), audio: () => decodeAudio(bytes, name) });
    }
  }
  return { source: { path, form: "LibriSpeech tar.gz" }, utterances, dropped: 0 };
}
