import type { BackendName } from "../../kernels/gpu/mod.ts";
import { type PresetName, PRESETS } from "../../model/presets.ts";
import {
  decimal,
  FLAG,
  HELP_FLAG,
  listOf,
  oneOf,
  parsedArguments,
  pathOf,
  positive,
  TEXT,
  whole,
} from "../harness/arguments.ts";
import { UsageError } from "../harness/errors.ts";
import type { Defaults } from "./defaults.ts";
import { type EngineName, ENGINES, OWN_ENGINES } from "./protocol.ts";
import type { WeightsNamed } from "./weights.ts";

/** The command line as given; null where the default depends on the adapter. */
export interface Arguments {
  readonly minutes: readonly number[] | null;
  readonly engines: readonly EngineName[] | null;
  readonly preset: PresetName | null;
  readonly batches: readonly number[] | null;
  readonly budgetSeconds: number | null;
  readonly totalBudgetSeconds: number | null;
  readonly repeats: number | null;
  readonly gpu: BackendName;
  /** Engine to its trained weights. */
  readonly weights: WeightsNamed;
  readonly dataRoot: string | null;
  readonly seed: number;
  readonly out: string;
  readonly resume: boolean;
  readonly keepAudio: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
}

/** What is measured and where it goes. Lists hold no value twice, minutes and batches ascend. */
export interface Options extends Defaults {
  readonly gpu: BackendName;
  /** Weights that were named, and below them a folder of Whisper's that was found; null where there is none. */
  readonly weights: WeightsNamed;
  readonly foundWhisper: string | null;
  readonly dataRoot: string | null;
  readonly seed: number;
  readonly out: string;
  readonly resume: boolean;
  readonly keepAudio: boolean;
}

/** Shorter audio has hardly a frame to encode. */
const LEAST_MINUTES = 0.01;

/** Text of `--help`. */
export const HELP = `Usage: deno task bench:scaling [options]

Times Samba-ASR and transformer encoders on long audio, each point in a process of its own, and fits how time and memory
grow with the audio's length. Defaults depend on the adapter: small on one that computes in software.

  --minutes LIST          lengths of audio, such as 5,10,30 (0.5 is half a minute; from 0.01 to 600)
  --engines LIST          of ${OWN_ENGINES.slice(0, 3).join(", ")},
                          ${OWN_ENGINES.slice(3).join(", ")},
                          and whisper, on the CPU, which needs weights (default: those that can run)
  --weights LIST          trained weights in place of random ones, as ENGINE=PATH,ENGINE=PATH: a safetensors file of this
                          suite; for whisper a folder as @huggingface/transformers reads it, or REPO@COMMIT of the
                          Hugging Face hub (default for whisper: whisper/whisper-base or models/ in the data folder);
                          where the audio is real speech, such engines have a word error rate
  --preset NAME           size of the models: ${PRESETS.join(", ")}
  --batch LIST            recordings processed together, such as 1,8
  --repeats N             timed repeats of a point, fewer only where its budget ends
  --budget SECONDS        for one point; one that is expected to need more is left out, and the report says so
  --total-budget SECONDS  for the whole command
  --gpu deno|dawn         WebGPU implementation (default: deno)
  --data-root DIR         folder with LibriSpeech, to stitch real speech from (default: $SAMBA_DATA, else generated sound)
  --seed N                of audio and weights (default: 1)
  --out DIR               where results go (default: results/scaling)
  --resume                go on with the run in DIR: what it has measured is not measured again
  --keep-audio            leave the audio in DIR/audio
  --json                  print report.json to standard output, and nothing else
  --verbose               on an error, also print where in the program it arose
  --help

Ctrl-C writes the report of what was measured until then. Exit codes: 0 done (a point that does not fit is a row of the
report), 2 nothing could be measured, 3 wrong usage or data, 130 interrupted.`;

/** Parses the command line; null asks for the help text. `dataRoot` is the environment's. Throws UsageError. */
export function parseArguments(args: readonly string[], dataRoot: string | undefined): Arguments | null {
  const { values } = parsedArguments(args, {
    minutes: TEXT,
    engines: TEXT,
    weights: TEXT,
    preset: TEXT,
    batch: TEXT,
    repeats: TEXT,
    budget: TEXT,
    "total-budget": TEXT,
    gpu: TEXT,
    "data-root": TEXT,
    seed: TEXT,
    out: TEXT,
    resume: FLAG,
    "keep-audio": FLAG,
    json: FLAG,
    verbose: FLAG,
    help: HELP_FLAG,
  });
  if (values.help) return null;
  const engines = listOf(values.engines, (text) => oneOf("engines", text, ENGINES));
  return {
    minutes: listOf(values.minutes, minutesIn),
    engines,
    weights: weightsOf(values.weights, engines ?? ENGINES),
    preset: values.preset === undefined ? null : oneOf("preset", values.preset, PRESETS),
    batches: listOf(values.batch, (text) => whole("batch", text, 1, 1024)),
    budgetSeconds: values.budget === undefined ? null : positive("budget", values.budget, 86400),
    totalBudgetSeconds: values["total-budget"] === undefined
      ? null
      : positive("total-budget", values["total-budget"], 7 * 86400),
    repeats: values.repeats === undefined ? null : whole("repeats", values.repeats, 1, 10000),
    gpu: oneOf("gpu", values.gpu ?? "deno", ["deno", "dawn"]),
    dataRoot: pathOf("data-root", values["data-root"]) ?? (dataRoot || null),
    seed: whole("seed", values.seed ?? "1", 0, 2 ** 32 - 1),
    out: pathOf("out", values.out) ?? "results/scaling",
    resume: values.resume ?? false,
    keepAudio: values["keep-audio"] ?? false,
    json: values.json ?? false,
    verbose: values.verbose ?? false,
  };
}

/** The arguments with defaults for what they leave open; `foundWhisper` is a folder of its weights, if there is one. */
export function withDefaults(given: Arguments, defaults: Defaults, foundWhisper: string | null): Options {
  const whisper = given.weights.whisper !== undefined || foundWhisper !== null ? ["whisper" as const] : [];
  return {
    minutes: ascending(given.minutes ?? defaults.minutes),
    engines: [...new Set(given.engines ?? [...defaults.engines, ...whisper])],
    weights: given.weights,
    foundWhisper,
    preset: given.preset ?? defaults.preset,
    batches: ascending(given.batches ?? defaults.batches),
    warmups: defaults.warmups,
    repeats: given.repeats ?? defaults.repeats,
    // A time that was asked for is not cut by a default of the other kind.
    budgetSeconds: given.budgetSeconds ?? given.totalBudgetSeconds ?? defaults.budgetSeconds,
    totalBudgetSeconds: given.totalBudgetSeconds ?? (given.budgetSeconds === null ? defaults.totalBudgetSeconds : null),
    forcedTokens: defaults.forcedTokens,
    gpu: given.gpu,
    dataRoot: given.dataRoot,
    seed: given.seed,
    out: given.out,
    resume: given.resume,
    keepAudio: given.keepAudio,
  };
}

/** `ENGINE=PATH,ENGINE=PATH`, of engines that are measured. */
function weightsOf(text: string | undefined, measured: readonly EngineName[]): WeightsNamed {
  const weights: Partial<Record<EngineName, string>> = {};
  for (const part of text?.split(",") ?? []) {
    const at = part.indexOf("=");
    if (at < 0) throw new UsageError(`--weights: ${JSON.stringify(part)} is not ENGINE=PATH, such as whisper=FOLDER`);
    const engine = oneOf("weights", part.slice(0, at).trim(), ENGINES);
    const path = part.slice(at + 1).trim();
    if (path === "") throw new UsageError(`--weights: no path given for ${engine}`);
    if (weights[engine] !== undefined) throw new UsageError(`--weights: ${engine} comes twice`);
    if (!measured.includes(engine)) throw new UsageError(`--weights: ${engine} is not among --engines`);
    weights[engine] = path;
  }
  return weights;
}

/** Minutes of audio in a command line. Throws UsageError. */
export function minutesIn(text: string): number {
  const value = decimal(text);
  if (!(value >= LEAST_MINUTES && value <= 600)) {
    const rule = `from ${LEAST_MINUTES} (${60 * LEAST_MINUTES} s) to 600`;
    throw new UsageError(`--minutes: ${JSON.stringify(text)} is no number ${rule}`);
  }
  return value;
}

/** Each value once, in ascending order. */
export function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((p, q) => p - q);
}
