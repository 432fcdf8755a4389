import { type KernelBenchmark, randomTensor } from "../bench.ts";
import { asColumns } from "../gpu/mod.ts";
import { launchEmbeddingBackward } from "./embedding_backward.ts";
import { embedding } from "./embedding.ts";

function embeddingBenchmark(vocabulary: number, tokens: number, d: number, small: boolean): KernelBenchmark {
  return {
    name: `embedding ${tokens} tokens of ${vocabulary}×${d}`,
    bytes: 8 * tokens * d,
    small,
    prepare(gpu) {
      const table = randomTensor(gpu, [vocabulary, d], 1);
      const host = Uint32Array.from({ length: tokens }, (_, i) => i * 7919 % vocabulary);
      const index = gpu.upload(host, [1, tokens]);
      return () => embedding(gpu, table, index);
    },
  };
}

function backwardBenchmark(vocabulary: number, tokens: number, d: number, small: boolean): KernelBenchmark {
  return {
    name: `embedding backward ${tokens} tokens of ${vocabulary}×${d}`,
    bytes: 4 * d * (tokens + 2 * vocabulary),
    small,
    prepare(gpu) {
      const dy = randomTensor(gpu, [tokens, d], 1);
      const host = Uint32Array.from({ length: tokens }, (_, i) => i * 7919 % vocabulary);
      const index = gpu.upload(host);
      const target = { into: asColumns(gpu.zeros([vocabulary, d], "f32", "gradients")), accumulate: true };
      return () => launchEmbeddingBackward(gpu, dy, index, target);
    },
  };
}

/** Tokens of a large training batch, gradients of characters and of larger vocabularies, and few. */
export const benchmarks: readonly KernelBenchmark[] = [
  embeddingBenchmark(51865, 32768, 512, false),
  embeddingBenchmark(100, 500, 64, true),
  backwardBenchmark(32, 960, 144, false),
  backwardBenchmark(32, 960, 512, false),
  backwardBenchmark(10000, 4096, 512, false),
  backwardBenchmark(32, 500, 64, true),
];
