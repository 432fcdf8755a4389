import { argmax } from "../../kernels/argmax/argmax.ts";
import { storeToken } from "../../kernels/argmax/store_token.ts";
import type { Gpu, IntegerTensor, Tensor } from "../../kernels/gpu/mod.ts";
import type { Lengths } from "../../kernels/lengths.ts";
import { type DecoderState, decoderState, decodeStep, hear } from "../decoder.ts";
import type { Model } from "../model.ts";
import { END, START } from "../tokenizer.ts";

/** A decoder of this model that has heard nothing yet. */
export function startDecoder(gpu: Gpu, model: Model, memoryLengths: Lengths, maxTokens: number): DecoderState {
  const positions = model.family === "transformer" ? model.positions : undefined;
  return decoderState(gpu, model.config, model.weights.decoder, memoryLengths, maxTokens, positions);
}

/** Lets the decoder hear a memory [B, T, d] (see `hear`). */
export function hearMemory(gpu: Gpu, model: Model, memory: Tensor, lengths: Lengths, state: DecoderState): void {
  hear(gpu, model.config, model.weights.decoder, memory, lengths, state);
}

/**
 * Greedy decoding of `count` tokens a sequence, all on the device: each step's likeliest token is the next step's input.
 * Returns u32 [B, count]; behind a sequence's end stands END again. Reads nothing back.
 */
export function greedyTokens(gpu: Gpu, model: Model, state: DecoderState, count: number, batch: number): IntegerTensor {
  using scope = gpu.scope();
  const tokens = gpu.tensor([batch, count], "u32");
  let last = startTokens(gpu, batch);
  for (let position = 0; position < count; position++) {
    const next = greedyStep(gpu, model, state, last, tokens, position);
    gpu.release(last);
    last = next;
  }
  return scope.keep(tokens);
}

/** START for each of `batch` sequences: u32 [batch]. */
export function startTokens(gpu: Gpu, batch: number): Tensor {
  return gpu.upload(new Uint32Array(batch).fill(START), [batch]);
}

/**
 * One decoder step behind the tokens `last` u32 [B]: the likeliest next ones, which go to column `position` of `tokens` too.
 * `hears` is given the step's logits [B, V].
 */
export function greedyStep(
  gpu: Gpu,
  model: Model,
  state: DecoderState,
  last: Tensor,
  tokens: Tensor,
  position: number,
  hears?: (logits: Tensor, next: Tensor) => void,
): Tensor {
  using scope = gpu.scope();
  const logits = decodeStep(gpu, model.config, model.weights.decoder, last, state);
  const next = argmax(gpu, logits);
  hears?.(logits, next);
  storeToken(gpu, next, tokens, position, END);
  return scope.keep(next);
}
