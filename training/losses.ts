import { crossEntropy } from "../kernels/cross_entropy/cross_entropy.ts";
import { ctcLoss } from "../kernels/ctc/ctc.ts";
import type { Gpu, Tensor } from "../kernels/gpu/mod.ts";
import type { Lengths } from "../kernels/lengths.ts";
import { linear } from "../model/layers/linear.ts";
import { layerNorm } from "../model/layers/norm.ts";
import { encode, type Model } from "../model/model.ts";
import { decodeAll } from "../model/teacher_forcing.ts";

/** What is to be read from a batch, on the device. */
export interface BatchText {
  /** CTC's labels, u32 [B, L]. */
  readonly labels: Tensor;
  readonly labelLengths: Lengths;
  /** The decoder's input, beginning with the start token, and what is to follow each token, u32 [B, U]. */
  readonly decoderInputs: Tensor;
  readonly targets: Tensor;
  readonly tokenLengths: Lengths;
}

/** What the loss is made of. */
export interface LossSettings {
  /** Share of CTC; the decoder has the rest. */
  readonly ctcWeight: number;
  /** Of CTC's weight, what goes to the frames after so many blocks, in equal parts. */
  readonly intermediateCtc?: { readonly share: number; readonly blocks: readonly number[] } | undefined;
  /** Of the decoder's targets. */
  readonly labelSmoothing: number;
}

/** The factor of CTC at the end of the encoder. */
export function finalCtcWeight({ ctcWeight, intermediateCtc }: Omit<LossSettings, "labelSmoothing">): number {
  return ctcWeight * (1 - (intermediateCtc?.share ?? 0));
}

/** Losses in nats a token: of each utterance [B], and of each target [B, U], to be summed up; both times their weights. */
export interface BatchLosses {
  readonly ctc: Tensor | undefined;
  /** 1 for each utterance that CTC cannot align, u32 [B]. */
  readonly impossible: Tensor | undefined;
  readonly decoder: Tensor | undefined;
}

/**
 * Records ctcWeight · CTC + (1 − ctcWeight) · cross-entropy (Watanabe et al. 2017), each summed over the batch and divided
 * by its tokens. mel [B, frames, bins], normalised. Of a head whose weight is zero nothing is computed. With
 * `intermediateCtc` the same head and norm also read what lies between blocks, which regularises deep CTC encoders (Lee and
 * Watanabe 2021); the losses that are returned are those of the end.
 */
export function batchLosses(
  gpu: Gpu,
  model: Model,
  mel: Tensor,
  melLengths: Lengths,
  text: BatchText,
  settings: LossSettings,
): BatchLosses {
  using scope = gpu.scope();
  const { ctcWeight, intermediateCtc, labelSmoothing } = settings;
  const heard = encode(gpu, model, mel, melLengths, (blocks, x, lengths) => {
    if (ctcWeight === 0 || !intermediateCtc?.blocks.includes(blocks)) return;
    using _between = gpu.scope();
    const memory = layerNorm(gpu, model.weights.norm, x, lengths);
    const weight = ctcWeight * intermediateCtc.share / intermediateCtc.blocks.length;
    ctcPart(gpu, model, { memory, lengths }, text, weight);
  });
  const ctc = ctcWeight > 0 ? ctcPart(gpu, model, heard, text, finalCtcWeight(settings)) : undefined;
  const decoder = ctcWeight < 1 ? decoderPart(gpu, model, heard, text, 1 - ctcWeight, labelSmoothing) : undefined;
  const losses = { ctc: ctc?.loss, impossible: ctc?.impossible, decoder };
  scope.keep(...Object.values(losses).filter((x) => x !== undefined));
  return losses;
}

interface Heard {
  readonly memory: Tensor;
  readonly lengths: Lengths;
}

function ctcPart(gpu: Gpu, { weights }: Model, heard: Heard, { labels, labelLengths }: BatchText, weight: number) {
  const labelCount = Math.max(1, total(labelLengths));
  const logits = linear(gpu, weights.ctc, heard.memory);
  return ctcLoss(gpu, logits, heard.lengths, labels, labelLengths, weight / labelCount);
}

function decoderPart(
  gpu: Gpu,
  model: Model,
  heard: Heard,
  { decoderInputs, targets, tokenLengths }: BatchText,
  weight: number,
  labelSmoothing: number,
): Tensor {
  const logits = decodeAll(gpu, model, decoderInputs, tokenLengths, heard);
  return crossEntropy(gpu, logits, targets, { labelSmoothing, scale: weight / Math.max(1, total(tokenLengths)) });
}

function total({ host }: Lengths): number {
  return host.reduce((sum, n) => sum + n, 0);
}
