import type { Gpu } from "../../kernels/gpu/mod.ts";
import { ConfigError, type ModelConfig } from "../../model/config.ts";
import { readModel } from "../../model/weights.ts";
import { initialWeights, layOut } from "../../training/arena.ts";
import { checkpointPath, loadCheckpoint } from "../../training/checkpoint.ts";
import type { TrainingConfig } from "../../training/config.ts";
import { melStatistics } from "../../training/statistics.ts";
import { makeTrainer, type Trainer } from "../../training/trainer.ts";
import { fileSha256 } from "../engines/file_sha256.ts";
import type { SpeechData } from "./data.ts";
import type { LogHeader } from "./log_schema.ts";
import { newState, type RunState, storedState, storedTensor } from "./state.ts";

/** A trainer and what its run knows of itself. */
export interface Begun {
  readonly trainer: Trainer;
  readonly state: RunState;
}

/** The file of `--init`, as the log names it. Throws a ConfigError where it cannot be read. */
export async function initOf(path: string): Promise<LogHeader["init"]> {
  try {
    return { path: await Deno.realPath(path), sha256: await fileSha256(path) };
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound ? "no such file" : (error as Error).message.split("\n")[0];
    throw new ConfigError(`--init ${path}: ${reason}`);
  }
}

/** A run from the start, from seeded weights or from those of a file. Throws a ConfigError where the file does not fit. */
export async function beginAnew(
  gpu: Gpu,
  config: TrainingConfig,
  model: ModelConfig,
  data: SpeechData,
  hash: string,
  init: LogHeader["init"],
): Promise<Begun> {
  const weights = init === null ? initialWeights(model, config.seed) : await storedWeights(init, model);
  if (model.frontend.normalization === "fixed" && init === null) {
    const statistics = await melStatistics(gpu, model, data.train);
    for (const { parameter: { name }, start } of layOut(model).places) {
      if (name === "frontend.mean") weights.set(statistics.mean, start);
      if (name === "frontend.deviation") weights.set(statistics.deviation, start);
    }
  }
  return { trainer: makeTrainer(gpu, config, model, weights), state: newState(hash, data.sha256) };
}

/** The weights of a file in the places of `layOut`. */
async function storedWeights(
  { path, sha256 }: NonNullable<LogHeader["init"]>,
  model: ModelConfig,
): Promise<Float32Array<ArrayBuffer>> {
  const now = (await initOf(path))?.sha256;
  if (now !== sha256) {
    throw new ConfigError(`--init ${path}: has the SHA-256 ${now}, and the run was begun with one of ${sha256}`);
  }
  const { config, tensors } = await readModel(path);
  const refuse = (what: string): never => {
    throw new ConfigError(`--init ${path}: ${what}; it is a ${config.name}, and this is to be a ${model.name}`);
  };
  if (config.vocabulary.join("\n") !== model.vocabulary.join("\n")) refuse("its tokens are others");
  const { places, size } = layOut(model);
  const all = new Float32Array(size);
  for (const { parameter: { name, shape }, start } of places) {
    const found = tensors.get(name);
    if (!found) return refuse(`it has no ${name}`);
    if (found.shape.join() !== shape.join()) {
      refuse(`${name} is [${found.shape.join(", ")}], and should be [${shape.join(", ")}]`);
    }
    all.set(found.values, start);
  }
  const known = new Set(places.map(({ parameter: { name } }) => name));
  const more = [...tensors.keys()].find((name) => !known.has(name));
  if (more !== undefined) refuse(`it has ${more}, for which there is no place`);
  return all;
}

/** The run in `folder`, from its last checkpoint on. Throws a ConfigError where there is none, or one of something else. */
export async function goOn(
  gpu: Gpu,
  config: TrainingConfig,
  model: ModelConfig,
  data: SpeechData,
  hash: string,
  folder: string,
): Promise<Begun> {
  const path = checkpointPath(folder, "last");
  const checkpoint = await loadCheckpoint(path);
  const { step, applied, ...state } = storedState(checkpoint, path, hash, data.sha256);
  const { size } = layOut(model);
  const stored = (name: string) => storedTensor(checkpoint, name, size, path) as Float32Array<ArrayBuffer>;
  const trainer = makeTrainer(gpu, config, model, stored("weights"), { step, applied, skipped: state.skipped });
  for (const name of ["first", "second", "average"] as const) gpu.write(trainer.arena[name], stored(name));
  return { trainer, state };
}
