import { readBytes } from "../../datasets/files.ts";
import { oneOf } from "../harness/arguments.ts";
import { UsageError } from "../harness/errors.ts";
import { type Protocol, protocolNamed, PROTOCOLS } from "../scoring/protocols/mod.ts";
import { speakersFromFile, speakersFromIds } from "../scoring/speakers.ts";
import { parseTranscripts, type Transcripts } from "../scoring/transcripts.ts";

/** Of `--help`: the form of the files. */
export const FILES_HELP =
  `FILE holds lines of ID<TAB>TEXT in UTF-8, in any order; both files of the same ids. A text may be empty.`;
/** Of `--help`: a line for each protocol. */
export const PROTOCOLS_HELP = PROTOCOLS.map(({ name, summary }) => `  ${name.padEnd(15)} ${summary}`).join("\n");

/** Reads a transcript file. Throws InputError, one line that names file and line. */
export async function readTranscripts(path: string): Promise<Transcripts> {
  return parseTranscripts(await readBytes(path), path);
}

/** Who said what: from a file, from LibriSpeech's ids, or nobody where `speakers` is "none". */
export async function readSpeakers(
  speakers: string | null,
  references: Transcripts,
): Promise<(id: string) => string | null> {
  if (speakers === "none") return () => null;
  return speakers === null
    ? speakersFromIds(references.texts.keys())
    : speakersFromFile(await readTranscripts(speakers));
}

/** The protocol of this name. Throws UsageError that lists them. */
export function protocolOption(name: string): Protocol {
  return protocolNamed(oneOf("protocol", name, PROTOCOLS.map(({ name }) => name)))!;
}

/** The file that an option names. Throws UsageError where it was not given. */
export function required(option: string, path: string | undefined): string {
  if (path === undefined || path === "") throw new UsageError(`--${option}: no file given; see --help`);
  return path;
}
