import { join } from "node:path";
import { SPEECH_FOLDER } from "../../datasets/readers/synthetic_speech.ts";
import { GRAMMARS } from "../../datasets/synthetic_speech/source.ts";
import { oneOf, pathOf, positive, TEXT, whole } from "../harness/arguments.ts";
import { UsageError } from "../harness/errors.ts";

/** The set that is made and not downloaded. */
export const SPEECH_ID = "synthetic-speech";

/** Options of `get synthetic-speech` alone. */
export const SPEECH_OPTIONS = { text: TEXT, grammar: TEXT, hours: TEXT, seed: TEXT, out: TEXT } as const;

/** What `get synthetic-speech` is to make. */
export interface SpeechOptions {
  readonly source: { readonly text: string } | { readonly grammar: (typeof GRAMMARS)[number] };
  readonly hours: number;
  readonly seed: number;
  readonly out: string;
}

/** Most hours, against a slip: so much would fill 1.15 TB. */
const MAX_HOURS = 10000;

/** The options of synthesised speech; null where `isAsked` is false. Throws UsageError, also where they come without. */
export function parseSpeechOptions(
  isAsked: boolean,
  values: { readonly [name in keyof typeof SPEECH_OPTIONS]?: string | undefined },
  dataRoot: string,
): SpeechOptions | null {
  if (!isAsked) {
    const given = Object.keys(SPEECH_OPTIONS).find((name) => values[name as keyof typeof SPEECH_OPTIONS] !== undefined);
    if (given === undefined) return null;
    throw new UsageError(`--${given}: belongs to datasets get ${SPEECH_ID}`);
  }
  const text = pathOf("text", values.text, "file");
  if ((text === undefined) === (values.grammar === undefined)) {
    throw new UsageError(`datasets get ${SPEECH_ID}: give either --text FILE or --grammar ${GRAMMARS.join("|")}`);
  }
  if (values.hours === undefined) throw new UsageError(`datasets get ${SPEECH_ID}: how much? --hours N`);
  return {
    source: text !== undefined ? { text } : { grammar: oneOf("grammar", values.grammar!, GRAMMARS) },
    hours: positive("hours", values.hours, MAX_HOURS),
    seed: whole("seed", values.seed ?? "1", 0, 2 ** 32 - 1),
    out: pathOf("out", values.out) ?? join(dataRoot, SPEECH_FOLDER),
  };
}
