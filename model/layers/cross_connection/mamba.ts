import { concatenateRows, takeRows } from "../../../kernels/elementwise/sequence_rows.ts";
import type { Gpu, Tensor } from "../../../kernels/gpu/mod.ts";
import type { Lengths } from "../../../kernels/lengths.ts";
import type { ModelConfig } from "../../config.ts";
import { lastingALog } from "../../initialization.ts";
import type { Parameters } from "../../parameters.ts";
import { residualLinear } from "../dropout.ts";
import { linear } from "../linear.ts";
import {
  advanceMamba,
  type MambaSizes,
  type MambaState,
  mambaState,
  type MambaWeights,
  mambaWeights,
  mix,
  residualMamba,
} from "../mamba.ts";
import { layerNorm, type NormWeights, normWeights } from "../norm.ts";

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
  const mamba = mambaWeights(p.at("mamba"), withCrossState(config), false, lastingALog);
  return { norm: normWeights(p.at("norm"), config.width), mamba };
}

/** The layer's state before any memory: zeros. */
export function mambaCrossState(gpu: Gpu, config: ModelConfig, batch: number): MambaState {
  return mambaState(gpu, withCrossState(config), batch);
}

function withCrossState({ width, ssm, decoder }: ModelConfig): MambaSizes {
  return { width, ssm: { ...ssm, state: decoder.crossState ?? ssm.state } };
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

/**
 * The same for all tokens of known sequences at once: x + Mamba([memory; LN x]), of which the outputs at the tokens are
 * kept. x [B, U, d], memory [B, T, d] → [B, U, d]; rows past the tokens' lengths hold x.
 */
export function mambaCrossAll(
  gpu: Gpu,
  { norm, mamba }: MambaCrossWeights,
  x: Tensor,
  tokens: Lengths,
  { memory, lengths, joint }: { memory: Tensor; lengths: Lengths; joint: Lengths },
): Tensor {
  using scope = gpu.scope();
  const joined = concatenateRows(gpu, memory, lengths, layerNorm(gpu, norm, x, tokens));
  const y = mix(gpu, mamba, linear(gpu, mamba.inProjection, joined), { lengths: joint });
  return scope.keep(residualLinear(gpu, mamba.outProjection, takeRows(gpu, y, lengths, x.shape[1], tokens), x));
}

/** x + Mamba(LN x) behind the memory. x [B, U, d] → [B, U, d]. */
export function mambaCross(gpu: Gpu, weights: MambaCrossWeights, x: Tensor, state: MambaState): Tensor {
  return residualMamba(gpu, weights.norm, weights.mamba, x, { state });
}
