import { attention } from "../../../kernels/attention/attention.ts";
import { columns, type Gpu, type Tensor } from "../../../kernels/gpu/mod.ts";
import type { Lengths } from "../../../kernels/lengths.ts";
import type { Parameters } from "../../parameters.ts";
import { residualLinear } from "../dropout.ts";
import { linear, type LinearWeights, linearWeights, normedLinear } from "../linear.ts";
import { type NormWeights, normWeights } from "../norm.ts";

/** Multi-head cross-attention (Vaswani et al. 2017): every token looks at every memory row. */
export interface AttentionCrossWeights {
  readonly norm: NormWeights;
  readonly query: LinearWeights;
  /** [d, 2d]: keys and values of the memory. */
  readonly keyValue: LinearWeights;
  readonly out: LinearWeights;
}

/** Declares the layer. */
export function attentionCrossWeights(p: Parameters, width: number): AttentionCrossWeights {
  return {
    norm: normWeights(p.at("norm"), width),
    query: linearWeights(p.at("query"), width, width),
    keyValue: linearWeights(p.at("kv"), width, 2 * width),
    out: linearWeights(p.at("out"), width, width),
  };
}

/** Keys and values [B, T, 2d] of a memory, computed once. */
export interface AttendedMemory {
  readonly keyValue: Tensor;
  readonly lengths: Lengths;
}

/** Projects the memory [B, T, d]. */
export function attendedMemory(
  gpu: Gpu,
  weights: AttentionCrossWeights,
  memory: Tensor,
  lengths: Lengths,
): AttendedMemory {
  return { keyValue: linear(gpu, weights.keyValue, memory), lengths };
}

/** x + Attention(LN x, memory). x [B, U, d] → [B, U, d]. */
export function attentionCross(
  gpu: Gpu,
  weights: AttentionCrossWeights,
  x: Tensor,
  heads: number,
  { keyValue, lengths }: AttendedMemory,
): Tensor {
  using scope = gpu.scope();
  const d = x.shape[2];
  const q = normedLinear(gpu, weights.norm, weights.query, x);
  const inputs = { q, k: columns(keyValue, 0, d), v: columns(keyValue, d, d) };
  const heard = attention(gpu, { kind: "flash" }, inputs, heads, { keyLengths: lengths });
  return scope.keep(residualLinear(gpu, weights.out, heard, x));
}
