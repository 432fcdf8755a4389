import type { Gpu, Tensor } from "../../kernels/gpu/mod.ts";
import type { Lengths } from "../../kernels/lengths.ts";
import { layerNorm as layerNormKernel } from "../../kernels/norm/layer_norm.ts";
import { constant } from "../initialization.ts";
import type { Parameters } from "../parameters.ts";

/** Scale and shift, [d] each. */
export interface NormWeights {
  readonly gamma: Tensor;
  readonly beta: Tensor;
}

/** Declares a layer norm. */
export function normWeights(p: Parameters, width: number): NormWeights {
  return { gamma: p.get("weight", [width], constant(1)), beta: p.get("bias", [width], constant(0)) };
}

/** Layer norm over the last dimension. With lengths, x is [B, T, d] and rows of padding come out zero. */
export function layerNorm(gpu: Gpu, weights: NormWeights, x: Tensor, lengths?: Lengths): Tensor {
  return layerNormKernel(gpu, x, weights.gamma, weights.beta, lengths);
}
