import { join } from "node:path";
import { type EvalJournal, parseJournal } from "../../reports/eval_journal.ts";
import { type EvalJournalHeader, type EvalUtterance, JOURNAL_FILE } from "../../reports/eval_schema.ts";
import { writeFile } from "../../reports/write_file.ts";
import { openAppender } from "../harness/append.ts";
import { UsageError } from "../harness/errors.ts";

/** A journal that goes on. */
export interface OpenJournal {
  /** Writes utterances at once. */
  append(utterances: readonly EvalUtterance[]): void;
  close(): void;
}

/** The journal in `folder`; null where there is none. Throws InputError where it is damaged. */
export async function readJournal(folder: string): Promise<EvalJournal | null> {
  const path = join(folder, JOURNAL_FILE);
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  // Killed before its first line was whole: nothing was done yet.
  return text.includes("\n") ? parseJournal(text, path) : null;
}

/** Writes a journal as a whole, in place of one that is there: a reader sees the one or the other. */
export async function writeJournal(
  folder: string,
  header: EvalJournalHeader,
  utterances: readonly EvalUtterance[],
): Promise<void> {
  await writeFile(folder, JOURNAL_FILE, jsonLines([header, ...utterances]));
}

/** Opens the journal in `folder` for more. */
export async function appendJournal(folder: string): Promise<OpenJournal> {
  const { append, close } = await openAppender(join(folder, JOURNAL_FILE));
  return { append: (utterances) => append(jsonLines(utterances)), close };
}

function jsonLines(values: readonly (EvalJournalHeader | EvalUtterance)[]): string {
  return values.map((value) => JSON.stringify(value) + "\n").join("");
}

/**
 * Throws UsageError that names the first thing in which an evaluation that is to go on differs from the one that was begun:
 * engine, weights, settings, data, or which of its utterances.
 */
export function requireSame(folder: string, before: EvalJournalHeader, now: EvalJournalHeader): void {
  const difference = firstDifference(before, now);
  if (difference === null) return;
  const [name, was, is] = difference;
  throw new UsageError(
    `--resume: the evaluation in ${folder} has ${name} ${was}, not ${is}; give it the same, or another --out`,
  );
}

/** The first difference between two evaluations: its name, the one's value and the other's; null where there is none. */
export function firstDifference(
  before: EvalJournalHeader,
  now: EvalJournalHeader,
  ignored: readonly string[] = [],
): [name: string, was: string, is: string] | null {
  const [flatBefore, flatNow] = [flat(before), flat(now)];
  for (const name of new Set([...flatBefore.keys(), ...flatNow.keys()])) {
    const [was, is] = [flatBefore.get(name) ?? "none", flatNow.get(name) ?? "none"];
    if (was !== is && !ignored.some((part) => name === part || name.startsWith(`${part} `))) return [name, was, is];
  }
  return null;
}

/** Every value of a header by the words that name it. */
function flat(value: unknown, name: readonly string[] = []): Map<string, string> {
  if (typeof value !== "object" || value === null) return new Map([[name.join(" "), String(value ?? "none")]]);
  return new Map(Object.entries(value).flatMap(([key, inner]) => [...flat(inner, [...name, key])]));
}
