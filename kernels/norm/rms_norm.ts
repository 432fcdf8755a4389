import type { Gpu, Tensor } from "../gpu/mod.ts";
import type { Lengths } from "../lengths.ts";
import { recordNorm } from "./norm_backward.ts";
import { launchNorm } from "./row_norm.ts";

/**
 * γ ∘ x / √(mean(x²) + 10⁻⁵) over the last dimension (Zhang and Sennrich 2019, "Root Mean Square Layer Normalization").
 * x [..., d], γ [d] → [..., d]. With lengths, x is [B, T, d] and rows t ≥ lengths[b] of the result are zero. Throws a
 * RangeError when the shapes do not fit.
 */
export function rmsNorm(gpu: Gpu, x: Tensor, gamma: Tensor, lengths?: Lengths): Tensor {
  const y = launchNorm(gpu, "rms", x, { gamma }, lengths);
  recordNorm(gpu, "rms", x, { gamma }, lengths, y);
  return y;
}
