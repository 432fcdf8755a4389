import { argmax } from "../../kernels/argmax/argmax.ts";
import type { Gpu, IntegerTensor, Tensor } from "../../kernels/gpu/mod.ts";
import { linear } from "../layers/linear.ts";
import type { Model } from "../model.ts";
import { collapse, decodeText } from "../tokenizer.ts";

/** The likeliest token of every frame by the CTC head. memory [B, T, d] → u32 [B, T]; it stays on the device. */
export function ctcFrames(gpu: Gpu, model: Model, memory: Tensor): IntegerTensor {
  using scope = gpu.scope();
  return scope.keep(argmax(gpu, linear(gpu, model.weights.ctc, memory)));
}

/** Labels of frames' tokens [B, T] as `ctcFrames` gives them, one list a sequence: repeats and blanks go, and so does padding. */
export function ctcLabels(frames: Uint32Array, lengths: readonly number[]): number[][] {
  const longest = frames.length / lengths.length;
  return lengths.map((length, b) => collapse(frames.subarray(b * longest, b * longest + length)));
}

/** The same as texts. */
export function ctcTexts(model: Model, frames: Uint32Array, lengths: readonly number[]): string[] {
  return ctcLabels(frames, lengths).map((labels) => decodeText(model.config.vocabulary, labels));
}
