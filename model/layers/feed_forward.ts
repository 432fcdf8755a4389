import type { Gpu, Tensor } from "../../kernels/gpu/mod.ts";
import type { Parameters } from "../parameters.ts";
import { residualLinear } from "./dropout.ts";
import { type LinearWeights, linearWeights, normedLinear } from "./linear.ts";
import { type NormWeights, normWeights } from "./norm.ts";

/** Pre-norm feed-forward layer. */
export interface FeedForwardWeights {
  readonly norm: NormWeights;
  readonly up: LinearWeights;
  readonly down: LinearWeights;
}

/** Declares a feed-forward layer with this hidden width. */
export function feedForwardWeights(p: Parameters, width: number, hidden: number): FeedForwardWeights {
  return {
    norm: normWeights(p.at("norm"), width),
    up: linearWeights(p.at("up"), width, hidden),
    down: linearWeights(p.at("down"), hidden, width),
  };
}

/** x + W₂ SiLU(W₁ LN x). x [B, T, d] → [B, T, d]. */
export function feedForward(gpu: Gpu, weights: FeedForwardWeights, x: Tensor): Tensor {
  using scope = gpu.scope();
  const hidden = normedLinear(gpu, weights.norm, weights.up, x, "silu");
  return scope.keep(residualLinear(gpu, weights.down, hidden, x));
}
