import type { BackendName } from "../../kernels/gpu/mod.ts";
import { subsampledLength } from "../../model/layers/subsampling.ts";
import { type PresetName, PRESETS } from "../../model/presets.ts";
import { type TrainingConfig, withOverrides } from "../../training/config.ts";
import { trainingPreset } from "../../training/presets.ts";
import { HISTORY_STEPS } from "../../training/trainer.ts";
import { listOf, oneOf, pathOf, positive, whole } from "../harness/arguments.ts";
import { UsageError } from "../harness/errors.ts";
import { ascending, minutesIn } from "../scaling/options.ts";
import { parseTrainOptions } from "../train/options.ts";
import { parsedOptions } from "./arguments.ts";
import type { TrainingDefaults } from "./defaults.ts";
import { type Head, HEADS, LONG_ENGINES, type LongEngine } from "./long_audio.ts";

/** The parts of the benchmark: steps on a fixed batch, and one step through one long utterance. */
export const PARTS = ["throughput", "long"] as const;
export type Part = (typeof PARTS)[number];

/** The command line as given; null where the default depends on the adapter, or on the part. */
export interface TrainingArguments {
  readonly only: Part | null;
  /** A training config, overrides in place, and what it is called. */
  readonly config: { readonly name: string; readonly config: TrainingConfig } | null;
  readonly batch: number | null;
  readonly seconds: number | null;
  readonly tokens: number | null;
  readonly steps: number | null;
  readonly repeats: number | null;
  readonly recompute: boolean | null;
  readonly size: PresetName | null;
  readonly minutes: readonly number[] | null;
  readonly engines: readonly LongEngine[] | null;
  readonly head: Head;
  readonly budgetSeconds: number | null;
  readonly totalBudgetSeconds: number | null;
  readonly gpu: BackendName;
  readonly seed: number;
  readonly out: string;
  readonly json: boolean;
}

/** Steps on a fixed batch. */
export interface ThroughputOptions {
  readonly name: string;
  readonly config: TrainingConfig;
  readonly batch: number;
  readonly melFrames: number;
  readonly tokens: number;
  /** Of a repeat. */
  readonly steps: number;
  /** With and without, or one of them. */
  readonly recompute: readonly boolean[];
}

/** One step through one long utterance. */
export interface LongOptions {
  readonly size: PresetName;
  /** Ascending. */
  readonly minutes: readonly number[];
  readonly engines: readonly LongEngine[];
  readonly head: Head;
  readonly recompute: boolean;
}

/** What is measured and where it goes. */
export interface TrainingOptions {
  /** Null where it was not asked for. */
  readonly throughput: ThroughputOptions | null;
  readonly long: LongOptions | null;
  readonly warmups: number;
  readonly repeats: number;
  readonly budgetSeconds: number;
  readonly totalBudgetSeconds: number | null;
  readonly gpu: BackendName;
  readonly seed: number;
  readonly out: string;
}

/** Parses the command line; null asks for the help text. Throws UsageError and ConfigError, one line. */
export async function parseTrainingArguments(args: readonly string[]): Promise<TrainingArguments | null> {
  const values = parsedOptions(args);
  if (values.help) return null;
  const only = values.only === undefined ? null : oneOf("only", values.only, PARTS);
  const number = (option: "batch" | "tokens" | "steps" | "repeats", most: number): number | null => {
    const text = values[option];
    return text === undefined ? null : whole(option, text, 1, most);
  };
  const seconds = (option: "seconds" | "budget" | "total-budget", most: number): number | null => {
    const text = values[option];
    return text === undefined ? null : positive(option, text, most);
  };
  return {
    only,
    config: await configOf(values.preset, values.config, values.set ?? []),
    batch: number("batch", 4096),
    seconds: seconds("seconds", 3600),
    tokens: number("tokens", 100_000),
    steps: number("steps", HISTORY_STEPS),
    repeats: number("repeats", 10_000),
    recompute: values.recompute === undefined ? null : oneOf("recompute", values.recompute, ["on", "off"]) === "on",
    size: values.size === undefined ? null : oneOf("size", values.size, PRESETS),
    minutes: listOf(values.minutes, minutesIn),
    engines: listOf(values.engines, (text) => oneOf("engines", text, LONG_ENGINES)),
    head: oneOf("head", values.head ?? "ctc", HEADS),
    budgetSeconds: seconds("budget", 86_400),
    totalBudgetSeconds: seconds("total-budget", 7 * 86_400),
    gpu: oneOf("gpu", values.gpu ?? "deno", ["deno", "dawn"]),
    seed: whole("seed", values.seed ?? "1", 0, 2 ** 32 - 1),
    out: pathOf("out", values.out) ?? "results/training",
    json: values.json ?? false,
  };
}

async function configOf(
  preset: string | undefined,
  file: string | undefined,
  settings: readonly string[],
): Promise<TrainingArguments["config"]> {
  if (preset !== undefined && file !== undefined) {
    throw new UsageError("--preset and --config exclude each other; give one");
  }
  if (file !== undefined) {
    pathOf("config", file, "file");
    const path = /[./\\]/.test(file) ? file : `./${file}`; // else `train` takes it for a preset's name
    const asked = await parseTrainOptions([path, ...settings.map((setting) => `--set=${setting}`)], undefined);
    return { name: file, config: asked!.config };
  }
  if (preset !== undefined) return { name: preset, config: withOverrides(trainingPreset(preset), settings) };
  if (settings.length > 0) throw new UsageError("--set: changes a config; name it by --preset or --config");
  return null;
}

/** The arguments with defaults for what they leave open. Throws UsageError where the text is longer than the audio holds. */
export function withTrainingDefaults(given: TrainingArguments, defaults: TrainingDefaults): TrainingOptions {
  const { only, seed, recompute, head } = given;
  return {
    throughput: only === "long" ? null : throughputOf(given, defaults),
    long: only === "throughput" ? null : {
      size: given.size ?? defaults.size,
      minutes: ascending(given.minutes ?? defaults.minutes),
      engines: [...new Set(given.engines ?? defaults.engines)],
      head,
      recompute: recompute ?? true,
    },
    warmups: defaults.warmups,
    repeats: given.repeats ?? defaults.repeats,
    // A time that was asked for is not cut by a default of the other kind.
    budgetSeconds: given.budgetSeconds ?? given.totalBudgetSeconds ?? defaults.budgetSeconds,
    totalBudgetSeconds: given.totalBudgetSeconds ?? (given.budgetSeconds === null ? defaults.totalBudgetSeconds : null),
    gpu: given.gpu,
    seed,
    out: given.out,
  };
}

function throughputOf(given: TrainingArguments, defaults: TrainingDefaults): ThroughputOptions {
  const { name, config } = given.config ?? { name: defaults.config, config: trainingPreset(defaults.config) };
  const tokens = given.tokens ?? defaults.tokens;
  const melFrames = Math.round(100 * (given.seconds ?? defaults.seconds));
  const frames = subsampledLength(melFrames);
  if (tokens > frames) {
    const audio = `${melFrames / 100} s of audio are ${frames} encoder frames`;
    throw new UsageError(`--tokens ${tokens}: ${audio}, and CTC needs one a token; give fewer, or more --seconds`);
  }
  return {
    name,
    config: { ...config, seed: given.seed },
    batch: given.batch ?? defaults.batch,
    melFrames,
    tokens,
    steps: given.steps ?? defaults.steps,
    recompute: given.recompute === null ? [false, true] : [given.recompute],
  };
}
