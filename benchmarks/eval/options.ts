import { FLAG, HELP_FLAG, parsedArguments, pathOf, TEXT, whole } from "../harness/arguments.ts";
import { UsageError } from "../harness/errors.ts";
import { ENGINE_HELP, ENGINE_OPTIONS, type EngineChoice, engineChoice } from "../engines/choice.ts";

/** A part of a set: utterances i, i + n, i + 2n, … of its order, with i from 1. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** What is evaluated, with what, and where results go. */
export interface EvalOptions {
  readonly dataset: string;
  readonly engine: EngineChoice;
  readonly dataRoot: string | null;
  readonly download: boolean;
  readonly limit: number | null;
  readonly shard: Shard | null;
  readonly skipBad: boolean;
  readonly resume: boolean;
  readonly overwrite: boolean;
  readonly out: string;
  readonly json: boolean;
}

/** Text of `--help`. */
export const HELP = `Usage: deno task eval DATASET [options]

Transcribes a test set and scores it: word error rate under named protocols with its interval, speed, and memory. DATASET
is one of those that \`deno task datasets list\` shows; a local copy is used where there is one, else it is downloaded.

${ENGINE_HELP}

data and results:
  --data-root DIR       folder of data sets (default: $SAMBA_DATA, else data)
  --no-download         fail where the set is not there, in place of downloading it
  --limit N             only the first N utterances, in the order of their ids
  --shard I/N           only every N-th utterance from the I-th on, for N machines; \`deno task merge\` joins the results
  --skip-bad            leave utterances without a hypothesis (audio that does not decode, an engine that failed) out of
                        the score, in place of counting their words as deleted
  --out DIR             where results go (default: results/eval/DATASET-ENGINE, with the shard)
  --resume              go on with the evaluation in DIR: what it has transcribed is kept
  --overwrite           begin anew, though DIR holds an evaluation
  --json                print report.json to standard output, and nothing else
  --verbose             on an error, also print where in the program it arose
  --help

Every utterance is written to DIR/utterances.jsonl as soon as it is done. Exit codes: 0 done, 2 could not evaluate, 3 wrong
usage, weights or data, 130 interrupted (go on with --resume).`;

/** Parses the command line; null asks for the help text. `dataRoot` is the environment's. Throws UsageError. */
export function parseEvalOptions(args: readonly string[], dataRoot: string | undefined): EvalOptions | null {
  const { values, positionals } = parsedArguments(args, {
    ...ENGINE_OPTIONS,
    "data-root": TEXT,
    "no-download": FLAG,
    limit: TEXT,
    shard: TEXT,
    "skip-bad": FLAG,
    out: TEXT,
    resume: FLAG,
    overwrite: FLAG,
    json: FLAG,
    verbose: FLAG,
    help: HELP_FLAG,
  }, true);
  if (values.help) return null;
  if (positionals.length !== 1) {
    throw new UsageError(
      positionals.length === 0
        ? "no data set given, such as librispeech-clean; `deno task datasets list` shows all"
        : `${positionals.length} data sets given, expected one: ${positionals.join(", ")}`,
    );
  }
  if (values.resume && values.overwrite) throw new UsageError("--resume and --overwrite contradict each other");
  const engine = engineChoice(values);
  const shard = values.shard === undefined ? null : parseShard(values.shard);
  const [dataset] = positionals;
  const part = shard === null ? "" : `-${shard.index}-of-${shard.of}`;
  return {
    dataset,
    engine,
    dataRoot: pathOf("data-root", values["data-root"]) ?? (dataRoot || null),
    download: !values["no-download"],
    limit: values.limit === undefined ? null : whole("limit", values.limit, 1, 1e9),
    shard,
    skipBad: values["skip-bad"] ?? false,
    resume: values.resume ?? false,
    overwrite: values.overwrite ?? false,
    out: pathOf("out", values.out) ?? `results/eval/${dataset}-${engine.engine}${part}`,
    json: values.json ?? false,
  };
}

function parseShard(text: string): Shard {
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text);
  const [index, of] = [Number(match?.[1]), Number(match?.[2])];
  if (!(index >= 1 && index <= of)) {
    throw new UsageError(`--shard: ${JSON.stringify(text)} is no I/N with I from 1 to N, such as 1/8`);
  }
  return { index, of };
}
