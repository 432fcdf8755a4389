import { PRESETS } from "../../model/presets.ts";
import { TRAINING_PRESETS } from "../../training/presets.ts";
import { HISTORY_STEPS } from "../../training/trainer.ts";
import { FLAG, HELP_FLAG, parsedArguments, TEXT } from "../harness/arguments.ts";
import { UsageError } from "../harness/errors.ts";
import { LONG_ENGINES } from "./long_audio.ts";

/** Text of `--help`. */
export const HELP = `Usage: deno task bench:training [options]

Times training steps, and counts their memory: on a fixed batch of short utterances, with and without recomputation; and
through one long utterance, for engines beside each other, with fits of how time and memory grow. Frames and characters are
random, so no audio is needed. Defaults depend on the adapter: small on one that computes in software.

  --only PART             throughput or long (default: both)

Throughput:
  --preset NAME           training preset for model and settings: ${TRAINING_PRESETS.join(", ")} (default: an4)
  --config FILE           a training config in its place, as \`deno task train\` takes it
  --set KEY=VALUE         another value for a key of either, such as model.family=transformer; may be repeated
  --batch N               utterances (default: 16)
  --seconds S             of audio in each (default: 5)
  --tokens N              characters of each (default: 40)
  --steps N               of a timed repeat, up to ${HISTORY_STEPS} (default: 20)

Long utterances:
  --minutes LIST          their lengths (default: 5,10,15,20,25,30)
  --engines LIST          of ${LONG_ENGINES.slice(0, 3).join(", ")},
                          ${LONG_ENGINES.slice(3).join(", ")} (default: all)
  --size NAME             of the models: ${PRESETS.join(", ")} (default: base)
  --head NAME             what the loss is of: ctc, whose text ends at 63 characters, as its memory is frames × labels;
                          decoder, with 15 characters a second; or both, with as many (default: ctc)

Both:
  --recompute on|off      whether blocks are computed again in the backward pass (default: throughput both ways, long on)
  --repeats N             timed repeats of a point, fewer only where its budget ends
  --budget SECONDS        for one point; one that is expected to need more is left out, and the report says so
  --total-budget SECONDS  for the whole command
  --gpu deno|dawn         WebGPU implementation (default: deno)
  --seed N                of weights, frames and characters (default: 1)
  --out DIR               where report.json, report.md, time.svg and memory.svg go (default: results/training)
  --json                  print report.json to standard output, and nothing else
  --verbose               on an error, also print where in the program it arose
  --help

Ctrl-C writes the report of what was measured until then. Exit codes: 0 done (a point that does not fit is a row of the
report), 2 nothing could be measured, 3 wrong usage or config, 130 interrupted.`;

const THROUGHPUT = ["preset", "config", "set", "batch", "seconds", "tokens", "steps"] as const;
const LONG = ["minutes", "engines", "size", "head"] as const;

/** The options as text. Throws UsageError, one line, at one that is not known, or belongs to a part that is left out. */
// The return type is node's own, inferred from the options.
export function parsedOptions(args: readonly string[]) {
  const { values } = parsedArguments(args, {
    only: TEXT,
    preset: TEXT,
    config: TEXT,
    set: { type: "string", multiple: true },
    batch: TEXT,
    seconds: TEXT,
    tokens: TEXT,
    steps: TEXT,
    minutes: TEXT,
    engines: TEXT,
    size: TEXT,
    head: TEXT,
    recompute: TEXT,
    repeats: TEXT,
    budget: TEXT,
    "total-budget": TEXT,
    gpu: TEXT,
    seed: TEXT,
    out: TEXT,
    json: FLAG,
    verbose: FLAG,
    help: HELP_FLAG,
  });
  const foreign = values.only === "long" ? THROUGHPUT : values.only === "throughput" ? LONG : [];
  const given = foreign.find((option) => values[option] !== undefined);
  if (given !== undefined) throw new UsageError(`--${given}: is not for what --only ${values.only} measures`);
  return values;
}
