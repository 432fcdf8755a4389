import { type Gpu, part, type Tensor } from "../kernels/gpu/mod.ts";
import { BLOCK } from "../kernels/optimizer/settings.ts";
import type { ModelConfig } from "../model/config.ts";
import { generator } from "../model/initialization.ts";
import { buildModel, type Model, modelParameters } from "../model/model.ts";
import type { Parameter } from "../model/parameters.ts";

/** A weight's place in the flat buffers. */
export interface Place {
  readonly parameter: Parameter;
  /** First element; a multiple of `BLOCK`, which suits any device's bindings (256 bytes). */
  readonly start: number;
  readonly count: number;
}

/**
 * Everything that is kept for a weight, in flat buffers [n] with the weights at the same places, so that the optimiser
 * takes all of them in one dispatch. The gaps behind weights are zero and stay so.
 */
export interface Arena {
  readonly places: readonly Place[];
  /** Elements of each buffer. */
  readonly size: number;
  readonly weights: Tensor;
  readonly gradients: Tensor;
  /** Adam's first and second moments. */
  readonly first: Tensor;
  readonly second: Tensor;
  /** The running average of the weights. */
  readonly average: Tensor;
  /** u32 [n / 64]: 1 where a block's weights decay. */
  readonly decayed: Tensor;
  /** u32 [n / 64]: 1 where a block's weights are trained. */
  readonly trained: Tensor;
}

/** Whether a weight decays: matrices do; norms, biases and the state-space parameters A_log, D and dt bias do not. */
export function decays({ name, shape }: Pick<Parameter, "name" | "shape">): boolean {
  return shape.length >= 2 && !name.endsWith("a_log") && !/norm\.weight$/.test(name);
}

/** Whether a weight is trained: the frontend's constants are not. */
export function isTrained({ name }: Pick<Parameter, "name">): boolean {
  return !name.startsWith("frontend.");
}

/** Where the weights of a config lie. */
export function layOut(config: ModelConfig): { places: Place[]; size: number } {
  let start = 0;
  const places = modelParameters(config).map((parameter) => {
    const count = parameter.shape.reduce((product, n) => product * n, 1);
    const place = { parameter, start, count };
    start += Math.ceil(count / BLOCK) * BLOCK;
    return place;
  });
  return { places, size: start };
}

/** Weights as one array with the places of `layOut`: seeded as `createModel` seeds them. */
export function initialWeights(config: ModelConfig, seed: number): Float32Array<ArrayBuffer> {
  const { places, size } = layOut(config);
  const all = new Float32Array(size);
  for (const { parameter, start } of places) {
    all.set(parameter.initialize(parameter.shape, generator(seed, parameter.name)), start);
  }
  return all;
}

/** The buffers, with these weights, no gradient, no moments, and an average that is the weights. */
export function makeArena(gpu: Gpu, config: ModelConfig, weights: Float32Array): Arena {
  const { places, size } = layOut(config);
  const flags = (of: (parameter: Parameter) => boolean): Tensor => {
    const values = new Uint32Array(size / BLOCK);
    for (const { parameter, start, count } of places) {
      values.fill(Number(of(parameter)), start / BLOCK, Math.ceil((start + count) / BLOCK));
    }
    return gpu.upload(values, [values.length], "optimizer");
  };
  return {
    places,
    size,
    weights: gpu.upload(weights, [size], "weights"),
    gradients: gpu.zeros([size], "f32", "gradients"),
    first: gpu.zeros([size], "f32", "optimizer"),
    second: gpu.zeros([size], "f32", "optimizer"),
    average: gpu.upload(weights, [size], "optimizer"),
    decayed: flags(decays),
    trained: flags(isTrained),
  };
}

/** The weight at a place of a flat buffer, as a tensor of its own. */
export function weightAt(buffer: Tensor, { parameter, start }: Place): Tensor {
  return part(buffer, start, parameter.shape);
}

/** A model whose weights are those of a flat buffer; it owns none of them. */
export function modelOver(gpu: Gpu, config: ModelConfig, { places }: Arena, buffer: Tensor): Model {
  const byName = new Map(places.map((place) => [place.parameter.name, place]));
  return buildModel(gpu, config, ({ name }) => weightAt(buffer, byName.get(name)!));
}
