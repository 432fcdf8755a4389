import type { DatasetEntry } from "../../datasets/corpus.ts";
import { kindOf } from "../../datasets/readers/form.ts";
import { findDataset } from "../../datasets/registry.ts";

/** A set as list shows it, in JSON too. */
export interface ListedSet {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  readonly split: string;
  readonly licence: string;
  readonly homepage: string;
  /** Null, as words and hours, where each copy tells its own. */
  readonly utterances: number | null;
  readonly words: number | null;
  readonly hours: number | null;
  /** Where to accept terms; null where anyone may download. */
  readonly gated: string | null;
  readonly notes: string;
  /** The local copy; null where there is none. */
  readonly found: { readonly path: string; readonly form: string } | null;
}

/** The sets of `entries`, and which of them are under `dataRoot`, whether or not there is such a folder. Reads no set. */
export async function list(entries: readonly DatasetEntry[], dataRoot: string): Promise<ListedSet[]> {
  const isThere = await kindOf(dataRoot) !== null;
  const sets: ListedSet[] = [];
  for (const entry of entries) {
    const { id, title, version, split, licence, homepage, expected, gated, notes } = entry;
    sets.push({
      ...{ id, title, version, split, licence, homepage },
      utterances: expected?.utterances ?? null,
      words: expected?.words ?? null,
      hours: expected?.hours ?? null,
      gated: gated?.url ?? null,
      notes,
      found: isThere ? await findDataset(entry, dataRoot) : null,
    });
  }
  return sets;
}
