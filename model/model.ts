import { type PositionTables, positionTables } from "../kernels/elementwise/positions.ts";
import type { Gpu, Tensor } from "../kernels/gpu/mod.ts";
import type { Lengths } from "../kernels/lengths.ts";
import { ConfigError, type ModelConfig, type SambaConfig, type TransformerConfig } from "./config.ts";
import { type FrontendWeights, frontendWeights } from "./frontend.ts";
import { generator } from "./initialization.ts";
import { countValues, listParameters, type Parameter, Parameters } from "./parameters.ts";
import { type BetweenBlocks, encode as encodeSamba, type SambaWeights, sambaWeights } from "./samba.ts";
import {
  encode as encodeTransformer,
  MAX_POSITIONS,
  type TransformerWeights,
  transformerWeights,
} from "./transformer.ts";

interface Loaded<C, W> {
  readonly config: C;
  readonly frontend: FrontendWeights;
  readonly weights: W;
  /** Every weight by its name, as it is stored. */
  readonly parameters: ReadonlyMap<string, Tensor>;
}

/** Samba-ASR on a device. */
export type SambaModel = Loaded<SambaConfig, SambaWeights> & { readonly family: "samba" };
/** A transformer baseline on a device. */
export type TransformerModel = Loaded<TransformerConfig, TransformerWeights> & {
  readonly family: "transformer";
  readonly positions: PositionTables;
};
/** A recogniser on a device: frontend, encoder, CTC head and decoder. */
export type Model = SambaModel | TransformerModel;

/** Builds a model from a source of parameters; its tensors are the caller's to release (`releaseModel`). */
export function buildModel(gpu: Gpu, config: ModelConfig, source: (parameter: Parameter) => Tensor): Model {
  const parameters = new Map<string, Tensor>();
  const p = new Parameters((parameter) => {
    const tensor = source(parameter);
    parameters.set(parameter.name, tensor);
    return tensor;
  });
  const frontend = frontendWeights(p.at("frontend"), config);
  if (config.family === "samba") {
    return { family: "samba", config, frontend, weights: sambaWeights(p, config), parameters };
  }
  const positions = positionTables(gpu, config.width, MAX_POSITIONS);
  return { family: "transformer", config, frontend, weights: transformerWeights(p, config), positions, parameters };
}

/** A model with seeded random weights: the same on every platform. */
export function createModel(gpu: Gpu, config: ModelConfig, seed: number): Model {
  return buildModel(
    gpu,
    config,
    ({ name, shape, initialize }) => gpu.upload(initialize(shape, generator(seed, name)), shape, "weights"),
  );
}

/** Gives a model's memory back. */
export function releaseModel(gpu: Gpu, model: Model): void {
  for (const tensor of model.parameters.values()) gpu.release(tensor);
  if (model.family === "transformer") {
    gpu.release(model.positions.low);
    gpu.release(model.positions.high);
  }
}

/** Names and shapes of all weights of a config, in the order in which they are stored. */
export function modelParameters(config: ModelConfig): Parameter[] {
  return listParameters((p) => {
    frontendWeights(p.at("frontend"), config);
    return config.family === "samba" ? sambaWeights(p, config) : transformerWeights(p, config);
  });
}

/** Weights in the encoder (subsampling, blocks and their last norm), and in all of the model. */
export function parameterCount(config: ModelConfig): { encoder: number; total: number } {
  const all = modelParameters(config);
  const encoder = all.filter(({ name }) => /^(subsampling|encoder|encoder_norm)\./.test(name));
  return { encoder: countValues(encoder), total: countValues(all) };
}

/** Encodes mel [B, frames, bins] with either family: memory [B, ⌈frames/4⌉, d] and its lengths; see there for `between`. */
export function encode(
  gpu: Gpu,
  model: Model,
  mel: Tensor,
  lengths: Lengths,
  between?: BetweenBlocks,
): { memory: Tensor; lengths: Lengths } {
  return model.family === "samba"
    ? encodeSamba(gpu, model.weights, mel, lengths, undefined, between)
    : encodeTransformer(gpu, model.config, model.weights, model.positions, mel, lengths, between);
}

/** The model as a causal Samba-ASR, which alone can run in chunks; throws a ConfigError for any other. */
export function causalSamba(model: Model): SambaModel {
  if (model.family !== "samba" || model.config.encoder.direction !== "causal") {
    throw new ConfigError(`${model.config.name} cannot stream: only a causal samba encoder runs in chunks`);
  }
  if (model.config.frontend.normalization !== "fixed") {
    throw new ConfigError(`${model.config.name} cannot stream: its frontend normalises by the whole utterance`);
  }
  return model;
}
