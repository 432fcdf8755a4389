import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { parseJournal } from "./eval_journal.ts";
import { type EvalReport, type EvalUtterance, JOURNAL_FILE } from "./eval_schema.ts";

/**
 * The utterances that a report at `file` was made of, by their index, from the journal beside it; why they are not to be had
 * where it is missing or another. Throws InputError where it is no journal.
 */
export async function journalOf(report: EvalReport, file: string): Promise<EvalUtterance[] | "missing" | "another"> {
  const path = join(dirname(file), JOURNAL_FILE);
  const bytes = await Deno.readFile(path).catch(() => null);
  if (bytes === null) return "missing";
  if (createHash("sha256").update(bytes).digest("hex") !== report.utterances.sha256) return "another";
  return parseJournal(new TextDecoder().decode(bytes), path).utterances.toSorted((a, b) => a.index - b.index);
}
