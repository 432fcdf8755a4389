import type { Gpu, Tensor } from "../gpu/mod.ts";
import type { Lengths } from "../lengths.ts";
import { recordNorm } from "./norm_backward.ts";
import { launchNorm } from "./row_norm.ts";

/**
 * γ ∘ (x − mean) / √(variance + 10⁻⁵) + β over the last dimension (Ba et al. 2016, "Layer Normalization").
 * x [..., d], γ and β [d] → [..., d]. With lengths, x is [B, T, d] and rows t ≥ lengths[b] of the result are zero.
 * Throws a RangeError when the shapes do not fit.
 */
export function layerNorm(gpu: Gpu, x: Tensor, gamma: Tensor, beta: Tensor, lengths?: Lengths): Tensor {
  const y = launchNorm(gpu, "layer", x, { gamma, beta }, lengths);
  recordNorm(gpu, "layer", x, { gamma, beta }, lengths, y);
  return y;
}
