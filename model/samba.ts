import { type Gpu, recomputed, type Tensor } from "../kernels/gpu/mod.ts";
import type { Lengths } from "../kernels/lengths.ts";
import type { SambaConfig } from "./config.ts";
import { type DecoderWeights, decoderWeights } from "./decoder.ts";
import { dropout } from "./layers/dropout.ts";
import { feedForward, type FeedForwardWeights, feedForwardWeights } from "./layers/feed_forward.ts";
import { type LinearWeights, linearWeights } from "./layers/linear.ts";
import { type MambaState, mambaState, type MambaWeights, mambaWeights, residualMamba } from "./layers/mamba.ts";
import { layerNorm, type NormWeights, normWeights } from "./layers/norm.ts";
import {
  subsampling,
  type SubsamplingState,
  subsamplingState,
  type SubsamplingWeights,
  subsamplingWeights,
} from "./layers/subsampling.ts";
import type { Parameters } from "./parameters.ts";

/** Samba-ASR: log-mel → subsampling → Mamba blocks → norm → (CTC head, and) Mamba decoder with its cross-connection. */
export interface SambaWeights {
  readonly subsampling: SubsamplingWeights;
  readonly encoder: readonly SambaBlockWeights[];
  readonly norm: NormWeights;
  /** [d, V]: CTC over the encoder's frames. */
  readonly ctc: LinearWeights;
  readonly decoder: DecoderWeights;
}

/** x + Mamba(LN x), then x + FFN(LN x) where there is one. */
export interface SambaBlockWeights {
  readonly norm: NormWeights;
  readonly mamba: MambaWeights;
  readonly feedForward?: FeedForwardWeights;
}

/** Declares the whole model. */
export function sambaWeights(p: Parameters, config: SambaConfig): SambaWeights {
  const { width, vocabulary, encoder } = config;
  return {
    subsampling: subsamplingWeights(p.at("subsampling"), config),
    encoder: p.list("encoder", encoder.blocks, (block) => ({
      norm: normWeights(block.at("norm"), width),
      mamba: mambaWeights(block.at("mamba"), config, encoder.direction === "bidirectional"),
      ...(encoder.feedForward > 0
        ? { feedForward: feedForwardWeights(block.at("feed_forward"), width, encoder.feedForward) }
        : {}),
    })),
    norm: normWeights(p.at("encoder_norm"), width),
    ctc: linearWeights(p.at("ctc"), width, vocabulary.length),
    decoder: decoderWeights(p.at("decoder"), config),
  };
}

/** All that a causal encoder remembers of the audio so far: its size does not depend on the audio's length. */
export interface EncoderState {
  readonly subsampling: SubsamplingState;
  readonly blocks: readonly MambaState[];
}

/** Is shown x [B, T, d], what so many blocks of an encoder have made of the frames. */
export type BetweenBlocks = (blocks: number, x: Tensor, lengths: Lengths) => void;

/** The state before any audio. */
export function encoderState(gpu: Gpu, config: SambaConfig, batch: number): EncoderState {
  return {
    subsampling: subsamplingState(gpu, config, batch),
    blocks: Array.from({ length: config.encoder.blocks }, () => mambaState(gpu, config, batch)),
  };
}

/**
 * Encodes log-mel frames. mel [B, frames, bins] → memory [B, ⌈frames/4⌉, d] and its lengths; rows past each sequence's
 * length are zero. With a state (causal encoders only) the frames continue the chunk before, which must have held a
 * multiple of 4 of them. `between` is shown what each block but the last one gives.
 */
export function encode(
  gpu: Gpu,
  weights: SambaWeights,
  mel: Tensor,
  melLengths: Lengths,
  state?: EncoderState,
  between?: BetweenBlocks,
): { memory: Tensor; lengths: Lengths } {
  using scope = gpu.scope();
  const { frames, lengths } = subsampling(gpu, weights.subsampling, mel, melLengths, state?.subsampling);
  let x = dropout(gpu, frames);
  weights.encoder.forEach((block, i) => {
    const y = recomputed(gpu, x, [lengths.device], (x) => encoderBlock(gpu, block, x, lengths, state?.blocks[i]));
    gpu.release(x);
    x = y;
    if (i + 1 < weights.encoder.length) between?.(i + 1, x, lengths);
  });
  const memory = layerNorm(gpu, weights.norm, x, lengths);
  scope.keep(memory, lengths.device);
  return { memory, lengths };
}

function encoderBlock(gpu: Gpu, block: SambaBlockWeights, x: Tensor, lengths: Lengths, state?: MambaState): Tensor {
  using scope = gpu.scope();
  const y = residualMamba(gpu, block.norm, block.mamba, x, { lengths, state });
  return scope.keep(block.feedForward ? feedForward(gpu, block.feedForward, y) : y);
}
