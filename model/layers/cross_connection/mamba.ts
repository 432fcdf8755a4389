import type { Gpu, Tensor } from "../../../kernels/gpu/mod.ts";
import type { Lengths } from "../../../kernels/lengths.ts";
import type { ModelConfig } from "../../config.ts";
import type { Parameters } from "../../parameters.ts";
import { advanceMamba, type MambaState, type MambaWeights, mambaWeights, residualMamba } from "../mamba.ts";
import { type NormWeights, normWeights } from "../norm.ts";

/**
 * One reading of the paper's Mamba-cross-connection: y = Mamba([memory; LN x] joined in time), of which the outputs at
 * the tokens are kept. The layer's state after the memory is all that it remembers of the audio, so a token costs the
 * same after a second as after an hour.
 */
export interface MambaCrossWeights {
  readonly norm: NormWeights;
  readonly mamba: MambaWeights;
}

/** Declares the layer. */
export function mambaCrossWeights(p: Parameters, config: ModelConfig): MambaCrossWeights {
  return { norm: normWeights(p.at("norm"), config.width), mamba: mambaWeights(p.at("mamba"), config, false) };
}

/** Consumes memory rows [B, T, d] (all of them, or the next chunk): only the state is left of them. */
export function consumeMemory(
  gpu: Gpu,
  weights: MambaCrossWeights,
  memory: Tensor,
  lengths: Lengths,
  state: MambaState,
): void {
  advanceMamba(gpu, weights.mamba, memory, lengths, state);
}

/** x + Mamba(LN x) behind the memory. x [B, U, d] → [B, U, d]. */
export function mambaCross(gpu: Gpu, weights: MambaCrossWeights, x: Tensor, state: MambaState): Tensor {
  return residualMamba(gpu, weights.norm, weights.mamba, x, { state });
}
