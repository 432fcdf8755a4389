import { InputError } from "../../datasets/errors.ts";
import type { Utterance } from "./score.ts";

/** A line of a transcript file. */
export interface Transcript {
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** A transcript file: its name for messages, and its texts by id in the order of its lines. */
export interface Transcripts {
  readonly file: string;
  readonly texts: ReadonlyMap<string, Transcript>;
}

const FORM = "expected ID<TAB>TEXT";

/**
 * Reads lines of `ID<TAB>TEXT` in UTF-8, with or without a byte order mark or carriage returns. A text may be empty, not
 * an id; empty lines may only stand at the end. Throws {@link InputError} that names file and line.
 */
export function parseTranscripts(bytes: Uint8Array, file: string): Transcripts {
  const texts = new Map<string, Transcript>();
  const lines = decoded(bytes, file).split("\n").map((line) => line.endsWith("\r") ? line.slice(0, -1) : line);
  const end = lines.findLastIndex((line) => line !== "") + 1;
  if (end === 0) throw new InputError(`${file}: holds no lines; ${FORM}`);
  lines.slice(0, end).forEach((content, i) => {
    const at = `${file}:${i + 1}`;
    if (content === "") throw new InputError(`${at}: empty line; remove it, or give the id and a tab`);
    const [id, text, ...more] = content.split("\t");
    if (text === undefined) throw new InputError(`${at}: no tab in ${quoted(content)}; ${FORM}`);
    if (more.length > 0) throw new InputError(`${at}: ${more.length + 1} tabs; ${FORM}, with no other column`);
    if (id === "" || /\s/.test(id)) {
      throw new InputError(`${at}: ${quoted(id)} is no id; ${FORM}, the id without spaces`);
    }
    const before = texts.get(id);
    if (before !== undefined) throw new InputError(`${at}: id ${id} stands in line ${before.line} already; remove one`);
    texts.set(id, { text, line: i + 1 });
  });
  return { file, texts };
}

/**
 * Utterances in the order of the references. Throws {@link InputError} where an id of one file is missing from the
 * other, or a speaker from `speakerOf` (null for one that nobody knows).
 */
export function pairTranscripts(
  references: Transcripts,
  hypotheses: Transcripts,
  speakerOf: (id: string) => string | null,
): Utterance[] {
  for (const [id, { line }] of hypotheses.texts) {
    if (!references.texts.has(id)) {
      throw new InputError(`${hypotheses.file}:${line}: unknown id ${id}; ${references.file} does not have it`);
    }
  }
  const missing = [...references.texts].filter(([id]) => !hypotheses.texts.has(id));
  if (missing.length > 0) {
    const [id, { line }] = missing[0];
    const more = missing.length > 1 ? ` and ${missing.length - 1} more` : "";
    throw new InputError(
      `${hypotheses.file}: no line for ${id} (${references.file}:${line})${more}; give an empty text for what was not heard`,
    );
  }
  return [...references.texts].map(([id, { text }]) => ({
    id,
    speaker: speakerOf(id),
    reference: text,
    hypothesis: hypotheses.texts.get(id)!.text,
  }));
}

function decoded(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const line = firstUndecodable(bytes);
    throw new InputError(`${file}:${line}: is not UTF-8; convert the file (such as with iconv -t UTF-8)`);
  }
}

function firstUndecodable(bytes: Uint8Array): number {
  // A line feed is never part of another character in UTF-8, so that lines decode one by one.
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const next = bytes.indexOf(10, start);
    const end = next < 0 ? bytes.length : next;
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end + 1;
  }
  return line;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
