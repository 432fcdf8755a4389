import { argmax } from "../kernels/argmax/argmax.ts";
import { storeToken } from "../kernels/argmax/store_token.ts";
import type { Gpu, IntegerTensor, Tensor } from "../kernels/gpu/mod.ts";
import type { Lengths } from "../kernels/lengths.ts";
import { type DecoderState, decoderState, decodeStep, hear } from "./decoder.ts";
import { linear } from "./layers/linear.ts";
import type { Model } from "./model.ts";
import { collapse, decodeText, END, START } from "./tokenizer.ts";

/** The likeliest token of every frame by the CTC head. memory [B, T, d] → u32 [B, T]; it stays on the device. */
export function ctcFrames(gpu: Gpu, model: Model, memory: Tensor): IntegerTensor {
  using scope = gpu.scope();
  return scope.keep(argmax(gpu, linear(gpu, model.weights.ctc, memory)));
}

/** Texts of frames' tokens [B, T] as `ctcFrames` gives them: repeats and blanks go, and so does padding. */
export function ctcTexts(model: Model, frames: Uint32Array, lengths: readonly number[]): string[] {
  const longest = frames.length / lengths.length;
  return lengths.map((length, b) => {
    const own = frames.subarray(b * longest, b * longest + length);
    return decodeText(model.config.vocabulary, collapse(own));
  });
}

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
  for (let position = 0; position < count; position++) last = greedyStep(gpu, model, state, last, tokens, position);
  return scope.keep(tokens);
}

function startTokens(gpu: Gpu, batch: number): Tensor {
  return gpu.upload(new Uint32Array(batch).fill(START), [batch]);
}

function greedyStep(
  gpu: Gpu,
  model: Model,
  state: DecoderState,
  last: Tensor,
  tokens: Tensor,
  position: number,
): Tensor {
  using scope = gpu.scope();
  const next = argmax(gpu, decodeStep(gpu, model.config, model.weights.decoder, last, state));
  storeToken(gpu, next, tokens, position, END);
  gpu.release(last);
  return scope.keep(next);
}
