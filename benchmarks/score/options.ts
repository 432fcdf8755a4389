import { FLAG, HELP_FLAG, oneOf, parsedArguments, pathOf, TEXT, whole } from "../harness/arguments.ts";
import { UsageError } from "../harness/errors.ts";
import { type Costs, SCLITE_COSTS, UNIT_COSTS } from "../scoring/alignment.ts";
import { type Protocol, RAW, WHISPER_ENGLISH } from "../scoring/protocols/mod.ts";
import { FILES_HELP, protocolOption, PROTOCOLS_HELP, required } from "./inputs.ts";

/** The command line of `score`. */
export interface ScoreOptions {
  readonly reference: string;
  readonly hypothesis: string;
  /** At least one. */
  readonly protocols: readonly Protocol[];
  readonly costs: Costs;
  /** A file, "none", or null: from the ids. */
  readonly speakers: string | null;
  /** How many of the most frequent errors of each kind; 0 for none. */
  readonly errors: number;
  readonly json: boolean;
}

/** Text of `--help`. */
export const HELP = `Usage: deno task score --ref FILE --hyp FILE [options]

Word error rate of a hypothesis against a reference, with its counts, a 95 % interval and the character error rate.
${FILES_HELP}

  --ref FILE         what was said
  --hyp FILE         what was heard
  --protocol NAME    how both are normalised first; may be given again (default: whisper-en-v1 and raw-v1)
  --costs NAME       unit: the fewest errors (default); sclite: NIST's 4, 3 and 3, which now and then counts more
  --speakers FILE    lines of ID<TAB>SPEAKER, for the interval; "none" for utterances as independent ones
                     (default: what stands before the first dash of ids like LibriSpeech's, 1089-134686-0000)
  --errors N         also the N most frequent substitutions, deletions and insertions
  --json             one object for the first protocol: protocol, utterances, words, correct, substitutions, deletions,
                     insertions, wer (a fraction), interval {lower, upper, level}, ...; any others in its list "others"
  --help

${PROTOCOLS_HELP}

Exit codes: 0 done, 3 wrong usage or data.`;

/** Parses the command line; null asks for the help text. Throws UsageError. */
export function parseScoreOptions(args: readonly string[]): ScoreOptions | null {
  const many = { ...TEXT, multiple: true } as const;
  const { values } = parsedArguments(args, {
    ref: many,
    hyp: many,
    protocol: many,
    costs: TEXT,
    speakers: TEXT,
    errors: TEXT,
    json: FLAG,
    help: HELP_FLAG,
  });
  if (values.help) return null;
  if ((values.hyp?.length ?? 0) > 1) throw new UsageError("--hyp: given twice; score takes one, compare takes two");
  if ((values.ref?.length ?? 0) > 1) throw new UsageError("--ref: given twice; score takes one");
  const protocols = values.protocol?.map(protocolOption) ?? [WHISPER_ENGLISH, RAW];
  return {
    reference: required("ref", values.ref?.[0]),
    hypothesis: required("hyp", values.hyp?.[0]),
    protocols: [...new Set(protocols)],
    costs: oneOf("costs", values.costs ?? "unit", ["unit", "sclite"]) === "unit" ? UNIT_COSTS : SCLITE_COSTS,
    speakers: pathOf("speakers", values.speakers, "file") ?? null,
    errors: whole("errors", values.errors ?? "0", 0, 1e6),
    json: values.json ?? false,
  };
}
