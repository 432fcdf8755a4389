import { concatenateRows, takeRows } from "../kernels/elementwise/sequence_rows.ts";
import { embedding } from "../kernels/embedding/embedding.ts";
import { type Gpu, recomputed, type Tensor } from "../kernels/gpu/mod.ts";
import { type Lengths, lengths as makeLengths } from "../kernels/lengths.ts";
import type { DecoderBlockWeights } from "./decoder.ts";
import { selfAttention } from "./layers/attention.ts";
import { attendedMemory, attentionCross } from "./layers/cross_connection/attention.ts";
import { mambaCrossAll } from "./layers/cross_connection/mamba.ts";
import { dropout } from "./layers/dropout.ts";
import { feedForward } from "./layers/feed_forward.ts";
import { linear } from "./layers/linear.ts";
import { residualMamba } from "./layers/mamba.ts";
import { layerNorm } from "./layers/norm.ts";
import { positioned } from "./layers/positions.ts";
import type { Model } from "./model.ts";

/** A memory [B, T, d] with its lengths, and the lengths of the memory and the tokens together. */
interface Heard {
  readonly memory: Tensor;
  readonly lengths: Lengths;
  readonly joint: Lengths;
}

/**
 * Logits of every next token of known sequences at once (Williams and Zipser 1989, "teacher forcing"), as training needs
 * them; equal to what `hear` and then `decodeStep` token by token give. tokens u32 [B, U], the start token first, memory
 * [B, T, d] → [B, U, V]; rows past the tokens' lengths mean nothing.
 */
export function decodeAll(
  gpu: Gpu,
  model: Model,
  tokens: Tensor,
  tokenLengths: Lengths,
  { memory, lengths }: { readonly memory: Tensor; readonly lengths: Lengths },
): Tensor {
  using scope = gpu.scope();
  const { config, weights: { decoder } } = model;
  const length = tokens.shape[1];
  const both = lengths.host.map((n, b) => n + tokenLengths.host[b]);
  const heard = { memory, lengths, joint: makeLengths(gpu, both, memory.shape[1] + length) };
  let x = embedding(gpu, decoder.embedding, tokens);
  if (model.family === "transformer") x = positioned(gpu, x, 0, model.positions);
  x = dropout(gpu, x);
  const concatenates = config.decoder.crossConnection === "concat";
  if (concatenates) x = concatenateRows(gpu, memory, lengths, x);
  const own = concatenates ? heard.joint : tokenLengths;
  const reads = [memory, lengths.device, heard.joint.device, own.device];
  for (const block of decoder.blocks) {
    x = recomputed(gpu, x, reads, (x) => decoderBlock(gpu, model, block, x, own, heard));
  }
  if (concatenates) x = takeRows(gpu, x, lengths, length, tokenLengths);
  return scope.keep(linear(gpu, decoder.projection, layerNorm(gpu, decoder.norm, x, tokenLengths)));
}

function decoderBlock(
  gpu: Gpu,
  { config }: Model,
  { mixer, cross, feedForward: up }: DecoderBlockWeights,
  x: Tensor,
  lengths: Lengths,
  heard: Heard,
): Tensor {
  using scope = gpu.scope();
  let y = mixer.kind === "mamba"
    ? residualMamba(gpu, mixer.norm, mixer.weights, x, { lengths })
    : selfAttention(gpu, mixer.weights, x, { form: { kind: "flash" }, heads: config.heads, lengths, causal: true });
  if (cross.kind === "mamba") y = mambaCrossAll(gpu, cross.weights, y, lengths, heard);
  if (cross.kind === "attention") {
    const memory = attendedMemory(gpu, cross.weights, heard.memory, heard.lengths);
    y = attentionCross(gpu, cross.weights, y, config.heads, memory);
  }
  return scope.keep(feedForward(gpu, up, y));
}
