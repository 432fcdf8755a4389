import { basename } from "node:path";
import type { CorpusUtterance, Expected } from "../corpus.ts";
import { InputError } from "../errors.ts";

/** What a reader found. */
export interface Reading {
  readonly source: { readonly path: string; readonly form: string };
  /** In any order. */
  readonly utterances: readonly CorpusUtterance[];
  readonly dropped: number;
  /** What the copy itself tells, where copies of a set differ: it stands for the entry's. */
  readonly own?: { readonly version: string; readonly expected: Expected };
}

/** A form in which people have a set: where it is looked for, how it is told and how it is read. */
export interface Form {
  /** Such as "LibriSpeech folder". */
  readonly name: string;
  /** Paths under the data root in the order in which they are looked for; "." is the root itself. */
  readonly places: readonly string[];
  /** Whether what lies at a path is this form. */
  holds(path: string): Promise<boolean>;
  /** Throws {@link InputError} where it is damaged. Opens no audio. */
  read(path: string): Promise<Reading>;
}

/** The first form, and the first of its places, that is there; null where none is. */
export async function findForm(
  forms: readonly Form[],
  dataRoot: string,
): Promise<{ form: Form; path: string } | null> {
  if (await kindOf(dataRoot) === null) {
    throw new InputError(`${dataRoot}: no such folder; check --data-root or SAMBA_DATA`);
  }
  for (const form of forms) {
    for (const place of form.places) {
      const path = place === "." ? dataRoot : `${dataRoot.replace(/(?<=.)\/$/, "")}/${place}`;
      if (await form.holds(path)) return { form, path };
    }
  }
  return null;
}

/** What lies at a path, links followed; null where nothing does. */
export async function kindOf(path: string): Promise<"file" | "folder" | null> {
  const info = await statOf(path);
  return info && (info.isDirectory ? "folder" : "file");
}

/** Length of a file; null where there is none. */
export async function fileBytes(path: string): Promise<number | null> {
  const info = await statOf(path);
  return info?.isFile ? info.size : null;
}

async function statOf(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return null;
    throw error;
  }
}

/** Whether `path` is a file of that name; for "." forms, whose path the user chose. */
export async function isFileNamed(path: string, name: string): Promise<boolean> {
  return basename(path) === name && await kindOf(path) === "file";
}

/** The last part of a folder's real path, so that "." and links have a name too. */
export async function folderName(path: string): Promise<string> {
  return basename(await Deno.realPath(path));
}
