import { randomTensor } from "../../kernels/bench.ts";
import type { Gpu, Tensor } from "../../kernels/gpu/mod.ts";
import { type Lengths, lengths } from "../../kernels/lengths.ts";
import type { ModelConfig } from "../../model/config.ts";
import { BLANK, END, START } from "../../model/tokenizer.ts";
import type { BatchText } from "../../training/losses.ts";
import { stream } from "../../training/random.ts";

/** A batch on the device as `learn` takes it; its tensors are the open scope's. */
export interface FixedBatch {
  readonly mel: Tensor;
  readonly lengths: Lengths;
  readonly text: BatchText;
}

/**
 * A batch of `size` equally long utterances without padding: log-mel frames of mean 0 and deviation 1, made on the device,
 * and characters of which none follows itself, so that CTC needs no more frames than characters.
 */
export function fixedBatch(
  gpu: Gpu,
  { frontend, vocabulary }: ModelConfig,
  size: number,
  melFrames: number,
  tokens: number,
  seed: number,
): FixedBatch {
  const texts = Array.from({ length: size }, (_, b) => randomText(vocabulary, tokens, seed, b));
  const rows = (text: (tokens: readonly number[]) => readonly number[], width: number): Tensor =>
    gpu.upload(Uint32Array.from(texts.flatMap(text)), [size, width]);
  const full = (width: number): Lengths => lengths(gpu, Array(size).fill(width), width);
  return {
    mel: randomTensor(gpu, [size, melFrames, frontend.bins], seed, Math.sqrt(3)), // uniform of variance 1
    lengths: full(melFrames),
    text: {
      labels: rows((text) => text, tokens),
      labelLengths: full(tokens),
      decoderInputs: rows((text) => [START, ...text], tokens + 1),
      targets: rows((text) => [...text, END], tokens + 1),
      tokenLengths: full(tokens + 1),
    },
  };
}

/** Tokens that stand for text, each another one than the one before. */
function randomText(vocabulary: readonly string[], count: number, seed: number, utterance: number): number[] {
  const first = Math.max(BLANK, START, END) + 1;
  const choices = vocabulary.length - first;
  const { integer } = stream(seed, "text", utterance);
  const text: number[] = [];
  for (let last = integer(choices); text.length < count; last = (last + 1 + integer(choices - 1)) % choices) {
    text.push(first + last);
  }
  return text;
}
