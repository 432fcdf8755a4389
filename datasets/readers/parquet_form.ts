import { relative } from "node:path";
import { decodeAudio } from "../audio/read.ts";
import type { CorpusUtterance } from "../corpus.ts";
import { InputError } from "../errors.ts";
import { type Form, kindOf, type Reading } from "./form.ts";
import { openParquet, type ParquetFile, type ParquetRow } from "./parquet_file.ts";

/** What tells one set's parquet files, of its own Hugging Face repository, from others. */
export interface ParquetSet {
  /** As the leaderboard's column `dataset` names it, but for case and what is no letter. */
  readonly dataset: string;
  readonly places: readonly string[];
  /** Of the files to read: tested against paths from a place on, with "/". */
  readonly files: RegExp;
  /** Columns of the set's own repository, besides `audio`. */
  readonly id: string;
  readonly text: string;
  /** One that no other set's files have. */
  readonly mark: string;
  /** Columns with the seconds at which an utterance begins and ends in its recording, where there are. */
  readonly times?: readonly [begin: string, end: string];
  speaker(row: ParquetRow, id: string): string | null;
  /** Columns, where they are there, that `speaker` wants. */
  readonly speakerColumns?: readonly string[];
  /** Whether a text marks an utterance that is never scored. */
  isDropped?(text: string): boolean;
}

/** The Open ASR Leaderboard's columns, in its own copies of the sets (hf-audio/open-asr-leaderboard). */
const LEADERBOARD = { id: "id", text: "text", seconds: "audio_length_s", dataset: "dataset" } as const;
/** The files of a test set on the hub: named test*, or in a folder of that name. */
export const TEST_FILES: RegExp = /(?:^|\/)test[^/]*(?:\/[^/]+)?\.parquet$/;
/** How deep below a place files are looked for. */
const DEPTH = 3;

/**
 * A set as parquet, from its own Hugging Face repository or the leaderboard's: columns for id and text, and `audio`, a
 * structure whose `bytes` are a file of audio. Where several folders of a place hold files that fit, the first by name is
 * read: repositories repeat the test set in each of their configurations.
 *
 * Reading holds the audio of one row group, the last that was asked for: utterances in order are read fastest.
 */
export function parquetForm(set: ParquetSet): Form {
  return {
    name: "Hugging Face parquet",
    places: set.places,
    async holds(path) {
      const [first] = await parquetFiles(path, set.files);
      if (first === undefined) return false;
      if (set.places.some((place) => place !== "." && path.endsWith(`/${place}`))) return true;
      // In a folder of no known name only the content tells whose files they are.
      const file = await openParquet(first);
      if (file.columns.includes(set.mark)) return true;
      if (!file.columns.includes(LEADERBOARD.dataset) || file.rowGroups.length === 0) return false;
      const [row] = await file.readRowGroup(0, [LEADERBOARD.dataset]);
      return row !== undefined && isOf(set, row);
    },
    read: (path) => readParquet(path, set),
  };
}

async function readParquet(path: string, set: ParquetSet): Promise<Reading> {
  const utterances: CorpusUtterance[] = [];
  let dropped = 0;
  let form = "";
  const cache = audioCache();
  for (const name of await parquetFiles(path, set.files)) {
    const file = await openParquet(name);
    const layout = layoutOf(file, set);
    form = layout.form;
    for (const [group, { start }] of file.rowGroups.entries()) {
      const rows = await file.readRowGroup(group, layout.columns);
      for (const [i, row] of rows.entries()) {
        if (!isOf(set, row)) continue;
        const id = textOf(row[layout.id], file, start + i, layout.id);
        const text = textOf(row[layout.text], file, start + i, layout.text);
        if (set.isDropped?.(text)) dropped++;
        else {
          utterances.push({
            id,
            speaker: set.speaker(row, id),
            text,
            seconds: layout.seconds(row),
            audio: async () => await decodeAudio(await cache(file, group, i), `${name}: ${id}`),
          });
        }
      }
    }
  }
  return { source: { path, form }, utterances, dropped };
}

interface Layout {
  readonly form: string;
  readonly id: string;
  readonly text: string;
  /** All but the audio. */
  readonly columns: readonly string[];
  seconds(row: ParquetRow): number | null;
}

/** The layout whose columns a file has; {@link InputError} that names what is missing. */
function layoutOf(file: ParquetFile, set: ParquetSet): Layout {
  const own = [set.id, set.text, "audio"];
  const leaderboard = [LEADERBOARD.id, LEADERBOARD.text, "audio"];
  const present = (columns: readonly string[]) => columns.filter((name) => file.columns.includes(name));
  if (missingColumns(file, own).length === 0 && !file.columns.includes(LEADERBOARD.dataset)) {
    const [begin, end] = set.times ?? [];
    return {
      form: "Hugging Face parquet",
      id: set.id,
      text: set.text,
      columns: [set.id, set.text, ...present([...set.times ?? [], ...set.speakerColumns ?? []])],
      seconds: (row) => begin && end ? difference(row[end], row[begin]) : null,
    };
  }
  const missing = missingColumns(file, leaderboard);
  if (missing.length === 0) {
    return {
      form: "Open ASR Leaderboard parquet",
      id: LEADERBOARD.id,
      text: LEADERBOARD.text,
      columns: [LEADERBOARD.id, LEADERBOARD.text, ...present([LEADERBOARD.dataset, LEADERBOARD.seconds])],
      seconds: (row) => difference(row[LEADERBOARD.seconds], 0),
    };
  }
  const nearest = missingColumns(file, own).length < missing.length ? missingColumns(file, own) : missing;
  throw new InputError(
    `${file.path}: has no column ${nearest.join(", ")} (it has ${file.columns.join(", ")}); ` +
      `fetch files with ${own.join(", ")}, or the Open ASR Leaderboard's with ${leaderboard.join(", ")}`,
  );
}

function missingColumns(file: ParquetFile, columns: readonly string[]): string[] {
  return columns.filter((name) => !file.columns.includes(name));
}

function difference(a: unknown, b: unknown): number | null {
  return typeof a === "number" && typeof b === "number" ? a - b : null;
}

/** Whether a row belongs to the set; it does where there is no column `dataset`. */
function isOf(set: ParquetSet, row: ParquetRow): boolean {
  const dataset = row[LEADERBOARD.dataset];
  if (dataset === undefined) return true;
  return typeof dataset === "string" && dataset.toLowerCase().replace(/[^a-z]/g, "").includes(set.dataset);
}

function textOf(value: unknown, file: ParquetFile, row: number, column: string): string {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  throw new InputError(`${file.path}: row ${row} has no ${column}; fetch it again`);
}

/** Gives the encoded audio of rows, keeping one row group. */
function audioCache(): (file: ParquetFile, group: number, row: number) => Promise<Uint8Array> {
  let held: { file: ParquetFile; group: number; rows: Promise<ParquetRow[]> } | undefined;
  return async (file, group, row) => {
    if (held?.file !== file || held.group !== group) held = { file, group, rows: file.readRowGroup(group, ["audio"]) };
    const audio = (await held.rows)[row]?.audio as { bytes?: unknown } | null | undefined;
    if (audio?.bytes instanceof Uint8Array) return audio.bytes;
    throw new InputError(
      `${file.path}: row ${file.rowGroups[group].start + row} holds no bytes of audio, only where it was; ` +
        `fetch the files from the hub, which have them`,
    );
  };
}

/** The files to read of a place, in order: those that fit in the first folder with any. */
async function parquetFiles(place: string, wanted: RegExp): Promise<string[]> {
  if (await kindOf(place) !== "folder") return [];
  const folders = new Map<string, string[]>();
  const walk = async (folder: string, depth: number): Promise<void> => {
    for (const entry of await entriesOf(folder)) {
      const path = `${folder}/${entry.name}`;
      const kind = entry.isSymlink ? await kindOf(path) : entry.isDirectory ? "folder" : "file";
      if (kind === "folder" && depth < DEPTH && !entry.name.startsWith(".")) await walk(path, depth + 1);
      if (kind === "file" && wanted.test(relative(place, path).replaceAll("\\", "/"))) {
        folders.set(folder, [...folders.get(folder) ?? [], path]);
      }
    }
  };
  await walk(place, 0);
  const [first] = [...folders.keys()].sort();
  return first === undefined ? [] : folders.get(first)!.sort();
}

/** What is in a folder; nothing where this user may not look. */
async function entriesOf(folder: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(folder));
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) return [];
    throw error;
  }
}
