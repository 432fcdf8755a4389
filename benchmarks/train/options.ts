import type { BackendName } from "../../kernels/gpu/mod.ts";
import { parseTrainingConfig, type TrainingConfig, withOverrides } from "../../training/config.ts";
import { TRAINING_PRESETS, trainingPreset } from "../../training/presets.ts";
import { FLAG, HELP_FLAG, oneOf, parsedArguments, pathOf, TEXT } from "../harness/arguments.ts";
import { UsageError } from "../harness/errors.ts";

/** What is trained, from what, and where it goes. */
export interface TrainOptions {
  readonly config: TrainingConfig;
  readonly dataRoot: string | null;
  readonly gpu: BackendName;
  readonly out: string;
  readonly resume: boolean;
  readonly overwrite: boolean;
  /** Weights to begin with, in place of seeded ones. */
  readonly init: string | null;
  readonly printConfig: boolean;
}

/** Text of `--help`. */
export const HELP = `Usage: deno task train CONFIG [options]

Trains a recogniser on this machine's GPU. CONFIG is a preset (${TRAINING_PRESETS.join(", ")}) or a JSON file whose keys
training/schema.json describes.

  --set KEY=VALUE       another value for a key of the config, such as optimizer.learningRate=1e-3; may be repeated
  --print-config        print the whole config as JSON, and end
  --data-root DIR       folder of data sets (default: $SAMBA_DATA, else data)
  --init WEIGHTS        begin with the weights of a safetensors file of the same shapes (fine-tuning), not with seeded ones
  --gpu deno|dawn       WebGPU implementation (default: deno)
  --out DIR             where checkpoints, log and model go (default: results/train/NAME)
  --resume              go on with the run in DIR, if one was begun: it ends in the weights of a run that was never
                        interrupted or killed, to the bit on the same device
  --overwrite           begin anew, though DIR holds a run
  --verbose             on an error, also print where in the program it arose
  --help

Into DIR go train.jsonl (losses, learning rate, dev WER), curves.svg, last.safetensors and best.safetensors (checkpoints,
written whole or not at all), and model.safetensors: the weights that were best on the dev set (by the mean of the WERs of
evaluation.decode), for \`eval --weights\`. What a step needs of the device's memory is estimated before the first one.
Exit codes: 0 done, 2 could not train (no device, out of memory, too many steps that were not finite), 3 wrong usage,
config or data, or no room on the disk or device, 130 interrupted (go on with --resume).`;

/** Parses the command line; null asks for the help text. Throws UsageError and ConfigError, one line. */
export async function parseTrainOptions(
  args: readonly string[],
  dataRoot: string | undefined,
): Promise<TrainOptions | null> {
  const { values, positionals } = parsedArguments(args, {
    "set": { type: "string", multiple: true },
    "print-config": FLAG,
    "data-root": TEXT,
    init: TEXT,
    gpu: TEXT,
    out: TEXT,
    resume: FLAG,
    overwrite: FLAG,
    verbose: FLAG,
    help: HELP_FLAG,
  }, true);
  if (values.help) return null;
  if (positionals.length !== 1) {
    throw new UsageError(
      `train takes one CONFIG, a preset (${TRAINING_PRESETS.join(", ")}) or a JSON file; got ${positionals.length}`,
    );
  }
  if (values.resume && values.overwrite) throw new UsageError("--resume and --overwrite exclude each other; give one");
  const config = withOverrides(await readConfig(positionals[0]), values.set ?? []);
  return {
    config,
    dataRoot: pathOf("data-root", values["data-root"]) ?? dataRoot ?? null,
    gpu: values.gpu === undefined ? "deno" : oneOf("gpu", values.gpu, ["deno", "dawn"] as const),
    out: pathOf("out", values.out) ?? `results/train/${config.name}`,
    resume: values.resume ?? false,
    overwrite: values.overwrite ?? false,
    init: pathOf("init", values.init, "weights file") ?? null,
    printConfig: values["print-config"] ?? false,
  };
}

async function readConfig(name: string): Promise<TrainingConfig> {
  if (!/[./\\]/.test(name)) return trainingPreset(name);
  let text: string;
  try {
    text = await Deno.readTextFile(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new UsageError(`${name}: no such config file`);
    throw new UsageError(`${name}: cannot be read (${(error as Error).message})`);
  }
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${name}: is no JSON: ${(error as Error).message}`);
  }
  return parseTrainingConfig(data, name);
}
