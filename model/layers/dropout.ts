import { dropout as dropoutKernel, dropoutAdd } from "../../kernels/dropout/dropout.ts";
import type { Columns, Gpu, Tensor } from "../../kernels/gpu/mod.ts";
import { linear, type LinearWeights } from "./linear.ts";

/** Dropout (Srivastava et al. 2014) at the rate of the tape that records; x itself in inference. */
export function dropout(gpu: Gpu, x: Tensor): Tensor {
  const { tape } = gpu;
  return tape && tape.dropout > 0 ? dropoutKernel(gpu, x, tape.dropout, tape.nextKey()) : x;
}

/** residual + dropout(x·W + b): how each branch ends. In inference one product with the residual in its epilogue. */
export function residualLinear(gpu: Gpu, weights: LinearWeights, x: Tensor | Columns, residual: Tensor): Tensor {
  const { tape } = gpu;
  if (!tape || tape.dropout === 0) return linear(gpu, weights, x, "none", residual);
  using scope = gpu.scope();
  return scope.keep(dropoutAdd(gpu, linear(gpu, weights, x), residual, tape.dropout, tape.nextKey()));
}
