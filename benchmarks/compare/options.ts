import { FLAG, HELP_FLAG, parsedArguments, pathOf, TEXT } from "../harness/arguments.ts";
import { UsageError } from "../harness/errors.ts";
import { type Protocol, WHISPER_ENGLISH } from "../scoring/protocols/mod.ts";
import { FILES_HELP, protocolOption, PROTOCOLS_HELP, required } from "../score/inputs.ts";

/** The command line of `compare`. */
export interface CompareOptions {
  readonly reference: string;
  readonly hypotheses: readonly [string, string];
  readonly protocol: Protocol;
  /** A file, "none", or null: from the ids. */
  readonly speakers: string | null;
  readonly json: boolean;
}

/** Text of `--help`. */
export const HELP = `Usage: deno task compare --ref FILE --hyp A --hyp B [options]

Whether two systems differ on the same utterances: both word error rates, their difference with a paired 95 % interval,
and NIST's matched-pair sentence-segment word error test (MAPSSWE).
${FILES_HELP}

  --ref FILE         what was said
  --hyp FILE         what a system heard; twice, A and B
  --protocol NAME    how all are normalised first (default: whisper-en-v1)
  --speakers FILE    lines of ID<TAB>SPEAKER, for the intervals; "none" for utterances as independent ones
                     (default: what stands before the first dash of ids like LibriSpeech's, 1089-134686-0000)
  --json             one object: protocol, a and b (with "file", otherwise as \`score --json\`), difference {wer: a less b,
                     interval, interval_from} and mapsswe {segments, mean, deviation, z, p}
  --help

${PROTOCOLS_HELP}

Exit codes: 0 done, whatever the outcome; 3 wrong usage or data.`;

/** Parses the command line; null asks for the help text. Throws UsageError. */
export function parseCompareOptions(args: readonly string[]): CompareOptions | null {
  const { values } = parsedArguments(args, {
    ref: TEXT,
    hyp: { ...TEXT, multiple: true },
    protocol: TEXT,
    speakers: TEXT,
    json: FLAG,
    help: HELP_FLAG,
  });
  if (values.help) return null;
  const hypotheses = values.hyp ?? [];
  if (hypotheses.length !== 2) {
    throw new UsageError(`--hyp: ${hypotheses.length} given, compare takes two; see --help`);
  }
  return {
    reference: required("ref", values.ref),
    hypotheses: [required("hyp", hypotheses[0]), required("hyp", hypotheses[1])],
    protocol: values.protocol === undefined ? WHISPER_ENGLISH : protocolOption(values.protocol),
    speakers: pathOf("speakers", values.speakers, "file") ?? null,
    json: values.json ?? false,
  };
}
