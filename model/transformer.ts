import type { PositionTables } from "../kernels/elementwise/positions.ts";
import { type Gpu, recomputed, type Tensor } from "../kernels/gpu/mod.ts";
import type { Lengths } from "../kernels/lengths.ts";
import type { TransformerConfig } from "./config.ts";
import { type DecoderWeights, decoderWeights } from "./decoder.ts";
import { selfAttention, type SelfAttentionWeights, selfAttentionWeights } from "./layers/attention.ts";
import { dropout } from "./layers/dropout.ts";
import { feedForward, type FeedForwardWeights, feedForwardWeights } from "./layers/feed_forward.ts";
import { type LinearWeights, linearWeights } from "./layers/linear.ts";
import { layerNorm, type NormWeights, normWeights } from "./layers/norm.ts";
import { positioned } from "./layers/positions.ts";
import { subsampling, type SubsamplingWeights, subsamplingWeights } from "./layers/subsampling.ts";
import type { Parameters } from "./parameters.ts";
import type { BetweenBlocks } from "./samba.ts";

/** The baseline: Samba-ASR with self-attention in the place of Mamba, and all else the same. */
export interface TransformerWeights {
  readonly subsampling: SubsamplingWeights;
  readonly encoder: readonly TransformerBlockWeights[];
  readonly norm: NormWeights;
  readonly ctc: LinearWeights;
  readonly decoder: DecoderWeights;
}

/** x + Attention(LN x), then x + FFN(LN x). */
export interface TransformerBlockWeights {
  readonly attention: SelfAttentionWeights;
  readonly feedForward: FeedForwardWeights;
}

/** Declares the whole model. */
export function transformerWeights(p: Parameters, config: TransformerConfig): TransformerWeights {
  const { width, vocabulary, encoder } = config;
  return {
    subsampling: subsamplingWeights(p.at("subsampling"), config),
    encoder: p.list("encoder", encoder.blocks, (block) => ({
      attention: selfAttentionWeights(block.at("attention"), width),
      feedForward: feedForwardWeights(block.at("feed_forward"), width, encoder.feedForward),
    })),
    norm: normWeights(p.at("encoder_norm"), width),
    ctc: linearWeights(p.at("ctc"), width, vocabulary.length),
    decoder: decoderWeights(p.at("decoder"), config),
  };
}

/** Positions for which a model holds sinusoids: 2.9 hours of 40 ms frames. */
export const MAX_POSITIONS = 2 ** 18;

/**
 * Encodes log-mel frames, with Whisper's sinusoidal positions. mel [B, frames, bins] → memory [B, ⌈frames/4⌉, d] and its
 * lengths; rows past each sequence's length are zero. `between` is shown what each block but the last one gives.
 */
export function encode(
  gpu: Gpu,
  config: TransformerConfig,
  weights: TransformerWeights,
  positions: PositionTables,
  mel: Tensor,
  melLengths: Lengths,
  between?: BetweenBlocks,
): { memory: Tensor; lengths: Lengths } {
  using scope = gpu.scope();
  const { frames, lengths } = subsampling(gpu, weights.subsampling, mel, melLengths);
  let x = dropout(gpu, positioned(gpu, frames, 0, positions));
  gpu.release(frames);
  weights.encoder.forEach((block, i) => {
    const y = recomputed(gpu, x, [lengths.device], (x) => encoderBlock(gpu, config, block, x, lengths));
    gpu.release(x);
    x = y;
    if (i + 1 < weights.encoder.length) between?.(i + 1, x, lengths);
  });
  const memory = layerNorm(gpu, weights.norm, x, lengths);
  scope.keep(memory, lengths.device);
  return { memory, lengths };
}

function encoderBlock(
  gpu: Gpu,
  { heads, encoder }: TransformerConfig,
  block: TransformerBlockWeights,
  x: Tensor,
  lengths: Lengths,
): Tensor {
  using scope = gpu.scope();
  const form = encoder.attention;
  const y = selfAttention(gpu, block.attention, x, { form, heads, lengths });
  return scope.keep(feedForward(gpu, block.feedForward, y));
}
