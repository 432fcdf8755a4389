import type { Columns, Gpu, Tensor } from "../../kernels/gpu/mod.ts";
import type { Activation } from "../../kernels/matmul/epilogue.ts";
import { linear as linearKernel } from "../../kernels/matmul/matmul.ts";
import { fanIn } from "../initialization.ts";
import type { Parameters } from "../parameters.ts";
import { layerNorm, type NormWeights } from "./norm.ts";

/** weight [inputs, outputs], bias [outputs]. */
export interface LinearWeights {
  readonly weight: Tensor;
  readonly bias?: Tensor;
}

/** Declares a linear layer. */
export function linearWeights(p: Parameters, inputs: number, outputs: number, withBias = true): LinearWeights {
  const weight = p.get("weight", [inputs, outputs], fanIn(inputs));
  return withBias ? { weight, bias: p.get("bias", [outputs], fanIn(inputs)) } : { weight };
}

/** activation(LN(x)·W + b): every layer here begins so. The normed x is freed at once, not at the end of the layer. */
export function normedLinear(
  gpu: Gpu,
  norm: NormWeights,
  weights: LinearWeights,
  x: Tensor,
  activation: Activation = "none",
): Tensor {
  using scope = gpu.scope();
  return scope.keep(linear(gpu, weights, layerNorm(gpu, norm, x), activation));
}

/** activation(x·W + b) + residual. x [..., inputs] → [..., outputs]; the residual has the output's shape. */
export function linear(
  gpu: Gpu,
  weights: LinearWeights,
  x: Tensor | Columns,
  activation: Activation = "none",
  residual?: Tensor,
): Tensor {
  return linearKernel(gpu, x, weights.weight, weights.bias, activation, residual);
}
