import type { PositionTables } from "../kernels/elementwise/positions.ts";
import { embedding } from "../kernels/embedding/embedding.ts";
import { type Gpu, reshape, type Tensor } from "../kernels/gpu/mod.ts";
import type { Lengths } from "../kernels/lengths.ts";
import type { ModelConfig } from "./config.ts";
import { fanIn } from "./initialization.ts";
import {
  cachedSelfAttention,
  type KeyValueCache,
  keyValueCache,
  prefillSelfAttention,
  type SelfAttentionWeights,
  selfAttentionWeights,
} from "./layers/attention.ts";
import {
  type AttendedMemory,
  attendedMemory,
  attentionCross,
  type AttentionCrossWeights,
  attentionCrossWeights,
} from "./layers/cross_connection/attention.ts";
import {
  consumeMemory,
  mambaCross,
  mambaCrossState,
  type MambaCrossWeights,
  mambaCrossWeights,
} from "./layers/cross_connection/mamba.ts";
import { feedForward, type FeedForwardWeights, feedForwardWeights } from "./layers/feed_forward.ts";
import { linear, type LinearWeights, linearWeights } from "./layers/linear.ts";
import { type MambaState, mambaState, type MambaWeights, mambaWeights, residualMamba } from "./layers/mamba.ts";
import { layerNorm, type NormWeights, normWeights } from "./layers/norm.ts";
import { positioned } from "./layers/positions.ts";
import type { Parameters } from "./parameters.ts";

/** What mixes a decoder block's tokens: a Mamba layer in Samba-ASR, self-attention in the transformer. */
export type TokenMixer =
  | { readonly kind: "mamba"; readonly norm: NormWeights; readonly weights: MambaWeights }
  | { readonly kind: "attention"; readonly weights: SelfAttentionWeights };

/** How a block hears the memory; `concat` has no layer for it, as the memory stands before the tokens. */
export type CrossLayer =
  | { readonly kind: "mamba"; readonly weights: MambaCrossWeights }
  | { readonly kind: "attention"; readonly weights: AttentionCrossWeights }
  | { readonly kind: "concat" };

/** x + mixer(LN x); then the cross-connection; then the feed-forward layer. */
export interface DecoderBlockWeights {
  readonly mixer: TokenMixer;
  readonly cross: CrossLayer;
  readonly feedForward: FeedForwardWeights;
}

/** Embedding [V, d], blocks, last norm, projection to the vocabulary [d, V]. */
export interface DecoderWeights {
  readonly embedding: Tensor;
  readonly blocks: readonly DecoderBlockWeights[];
  readonly norm: NormWeights;
  readonly projection: LinearWeights;
}

/** Declares a decoder. */
export function decoderWeights(p: Parameters, config: ModelConfig): DecoderWeights {
  const { width, vocabulary, decoder } = config;
  return {
    embedding: p.get("embedding", [vocabulary.length, width], fanIn(width)),
    blocks: p.list("blocks", decoder.blocks, (block) => ({
      mixer: config.family === "samba"
        ? {
          kind: "mamba",
          norm: normWeights(block.at("norm"), width),
          weights: mambaWeights(block.at("mamba"), config, false),
        }
        : { kind: "attention", weights: selfAttentionWeights(block.at("attention"), width) },
      cross: crossLayer(block.at("cross"), config),
      feedForward: feedForwardWeights(block.at("feed_forward"), width, decoder.feedForward),
    })),
    norm: normWeights(p.at("norm"), width),
    projection: linearWeights(p.at("projection"), width, vocabulary.length),
  };
}

function crossLayer(p: Parameters, config: ModelConfig): CrossLayer {
  switch (config.decoder.crossConnection) {
    case "mamba":
      return { kind: "mamba", weights: mambaCrossWeights(p, config) };
    case "attention":
      return { kind: "attention", weights: attentionCrossWeights(p, config.width) };
    case "concat":
      return { kind: "concat" };
  }
}

interface BlockState {
  mixer: MambaState | KeyValueCache;
  /** Of a mamba cross-connection; an attended memory; nothing for concat. */
  cross: MambaState | AttendedMemory | undefined;
}

/** What the decoder remembers of the memory and of the tokens so far. */
export interface DecoderState {
  readonly blocks: readonly BlockState[];
  /** Sinusoids, which a transformer's tokens need. */
  readonly positions: PositionTables | undefined;
  /** Tokens taken so far. */
  position: number;
}

/**
 * A decoder that has heard nothing yet. `memoryLengths`: the rows each sequence's memory will have; `maxTokens`: how many
 * tokens a transformer's cache is to hold. `positions`: a transformer's sinusoids.
 */
export function decoderState(
  gpu: Gpu,
  config: ModelConfig,
  weights: DecoderWeights,
  memoryLengths: Lengths,
  maxTokens: number,
  positions?: PositionTables,
): DecoderState {
  const batch = memoryLengths.host.length;
  const before: Lengths = config.decoder.crossConnection === "concat"
    ? memoryLengths
    : { host: memoryLengths.host.map(() => 0), device: gpu.zeros([batch], "u32", "state") };
  const room = Math.max(...before.host) + maxTokens;
  const blocks = weights.blocks.map(({ mixer, cross }): BlockState => ({
    mixer: mixer.kind === "mamba" ? mambaState(gpu, config, batch) : keyValueCache(gpu, room, config.width, before),
    cross: cross.kind === "mamba" ? mambaCrossState(gpu, config, batch) : undefined,
  }));
  return { blocks, positions, position: 0 };
}

/**
 * Lets the decoder hear the memory [B, T, d]. Mamba cross-connections, and a Samba-ASR with concat, may hear it in
 * chunks and keep a state of fixed size; what attends needs it whole and keeps keys and values of every row.
 */
export function hear(
  gpu: Gpu,
  config: ModelConfig,
  weights: DecoderWeights,
  memory: Tensor,
  lengths: Lengths,
  state: DecoderState,
): void {
  using scope = gpu.scope();
  let x = memory; // as concat sees it
  const next = (y: Tensor) => {
    if (x !== memory) gpu.release(x);
    x = y;
  };
  weights.blocks.forEach((block, i) => {
    const own = state.blocks[i];
    switch (block.cross.kind) {
      case "mamba":
        consumeMemory(gpu, block.cross.weights, memory, lengths, own.cross as MambaState);
        break;
      case "attention": {
        const heard = attendedMemory(gpu, block.cross.weights, memory, lengths);
        scope.keep(heard.keyValue);
        own.cross = heard;
        break;
      }
      case "concat": {
        const { mixer } = block;
        next(
          mixer.kind === "mamba"
            ? residualMamba(gpu, mixer.norm, mixer.weights, x, { lengths, state: own.mixer as MambaState })
            : prefillSelfAttention(gpu, mixer.weights, x, config.heads, own.mixer as KeyValueCache),
        );
        next(feedForward(gpu, block.feedForward, x));
      }
    }
  });
}

/** One step: tokens u32 [B] → logits [B, V] of the tokens that follow. */
export function decodeStep(
  gpu: Gpu,
  config: ModelConfig,
  weights: DecoderWeights,
  tokens: Tensor,
  state: DecoderState,
): Tensor {
  using scope = gpu.scope();
  const [batch] = tokens.shape;
  let x = embedding(gpu, weights.embedding, reshape(tokens, [batch, 1]));
  // Mamba knows order by itself; attention does not.
  if (config.family === "transformer") x = positioned(gpu, x, state.position, state.positions);
  weights.blocks.forEach((block, i) => x = decoderBlock(gpu, config, block, x, state.blocks[i], state.position));
  state.position++;
  const logits = linear(gpu, weights.projection, layerNorm(gpu, weights.norm, x));
  return reshape(scope.keep(logits), [batch, config.vocabulary.length]);
}

function decoderBlock(
  gpu: Gpu,
  config: ModelConfig,
  block: DecoderBlockWeights,
  x: Tensor,
  state: BlockState,
  position: number,
): Tensor {
  using scope = gpu.scope();
  const { mixer } = block;
  let y = mixer.kind === "mamba"
    ? residualMamba(gpu, mixer.norm, mixer.weights, x, { state: state.mixer as MambaState })
    : cachedSelfAttention(gpu, mixer.weights, x, config.heads, state.mixer as KeyValueCache, position);
  if (block.cross.kind === "mamba") y = mambaCross(gpu, block.cross.weights, y, state.cross as MambaState);
  if (block.cross.kind === "attention") {
    y = attentionCross(gpu, block.cross.weights, y, config.heads, state.cross as AttendedMemory);
  }
  return scope.keep(feedForward(gpu, block.feedForward, y));
}
