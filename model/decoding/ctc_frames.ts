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

/** Texts of frames' tokens [B, T] as `ctcFrames` gives them: repeats and blanks go, and so does padding. */
export function ctcTexts(model: Model, frames: Uint32Array, lengths: readonly number[]): string[] {
  const longest = frames.length / lengths.length;
  return lengths.map((length, b) => {
    const own = frames.subarray(b * longest, b * longest + length);
    return decodeText(model.config.vocabulary, collapse(own));
  });
}
