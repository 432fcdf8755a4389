import type { Gpu } from "../../kernels/gpu/mod.ts";
import { ConfigError, type ModelConfig } from "../../model/config.ts";
import { readModel } from "../../model/weights.ts";
import { initialWeights, layOut } from "../../training/arena.ts";
import { checkpointPath, loadCheckpoint } from "../../training/checkpoint.ts";
import type { TrainingConfig } from "../../training/config.ts";
import { melStatistics } from "../../training/statistics.ts";
import { makeTrainer, type Trainer } from "../../training/trainer.ts";
import type { SpeechData } from "./data.ts";
import { newState, type RunState, storedState, storedTensor } from "./state.ts";

/** A trainer and what its run knows of itself. */
export interface Begun {
  readonly trainer: Trainer;
  readonly state: RunState;
}

/** A run from the start, from seeded weights or from those of the file `init`. Throws a ConfigError where that does not fit. */
export async function beginAnew(
  gpu: Gpu,
  config: TrainingConfig,
  model: ModelConfig,
  data: SpeechData,
  hash: string,
  init: string | null,
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
async function storedWeights(path: string, model: ModelConfig): Promise<Float32Array<ArrayBuffer>> {
  const { config, tensors } = await readModel(path);
  const { places, size } = layOut(model);
  const all = new Float32Array(size);
  for (const { parameter: { name, shape }, start } of places) {
    const found = tensors.get(name);
    if (!found || found.shape.join() !== shape.join()) {
      const has = found ? `is [${found.shape.join(", ")}] there` : "is not there";
      throw new ConfigError(
        `--init ${path}: ${name} should be [${shape.join(", ")}] and ${has}: it is a ${config.name}, of other sizes`,
      );
    }
    all.set(found.values, start);
  }
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
