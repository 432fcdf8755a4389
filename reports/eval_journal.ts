import type { z } from "zod";
import { InputError } from "./errors.ts";
import { fieldPath } from "./field_path.ts";
import { EVAL_SCHEMA_VERSION, evalJournalHeader, evalUtterance } from "./eval_schema.ts";
import type { EvalJournalHeader, EvalUtterance } from "./eval_schema.ts";

/** What a journal holds. */
export interface EvalJournal {
  readonly header: EvalJournalHeader;
  /** In the order of the lines; utterance i is line i + 2. */
  readonly utterances: EvalUtterance[];
  /** The last line was not whole, as a kill leaves it, and is not among the utterances. */
  readonly truncated: boolean;
  /** Bytes of the whole lines: where the next one belongs. */
  readonly wholeBytes: number;
}

/**
 * Reads the text of a journal; `file` is what errors call it. A last line without its line feed, or that is no JSON, is
 * what a kill left, and is dropped. Throws InputError, one line that names file, line number and remedy, at any other
 * line that is not as it should be, and where not even the header is whole.
 */
export function parseJournal(text: string, file: string): EvalJournal {
  const lines = text.split("\n");
  // After the last line feed comes nothing, else a line that was cut short.
  let truncated = lines.pop() !== "";
  const values: unknown[] = [];
  for (const [i, line] of lines.entries()) {
    try {
      values.push(JSON.parse(line));
    } catch (error) {
      if (i < lines.length - 1 || truncated) throw refusal(file, i, error instanceof Error ? error.message : "no JSON");
      truncated = true;
      lines.pop();
    }
  }
  if (values.length === 0) {
    throw new InputError(`${file}: ends before its first line does, so nothing is in it; remove it and begin again`);
  }
  const header = headerOf(values[0], file);
  const utterances = values.slice(1).map((value, i) => valid(evalUtterance, value, file, i + 1));
  const whole = lines.map((line) => line + "\n").join("");
  return { header, utterances, truncated, wholeBytes: new TextEncoder().encode(whole).length };
}

function headerOf(value: unknown, file: string): EvalJournalHeader {
  const { kind, schema_version } = (value ?? {}) as Record<string, unknown>;
  if (kind !== "eval-journal") {
    const found = JSON.stringify(kind) ?? "missing";
    throw new InputError(`${file}:1: kind is ${found}; give a journal, whose first line's kind is "eval-journal"`);
  }
  if (schema_version !== EVAL_SCHEMA_VERSION) {
    const found = `schema_version is ${JSON.stringify(schema_version) ?? "missing"}`;
    const remedy = "use the version of samba-asr-bench that wrote it, or make it again with `deno task eval`";
    throw new InputError(`${file}:1: ${found}, this program reads ${EVAL_SCHEMA_VERSION}; ${remedy}`);
  }
  return valid(evalJournalHeader, value, file, 0);
}

function valid<T>(schema: z.ZodType<T>, value: unknown, file: string, line: number): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0];
  throw refusal(file, line, `${fieldPath(path) || "line"}: ${message}`);
}

function refusal(file: string, line: number, message: string): InputError {
  return new InputError(`${file}:${line + 1}: ${message}; take back the line as it was written, or begin again`);
}
