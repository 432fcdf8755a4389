import { type KernelBenchmark, randomTensor } from "../bench.ts";
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

/** Tokens of a large training batch, and few. */
export const benchmarks: readonly KernelBenchmark[] = [
  embeddingBenchmark(51865, 32768, 512, false),
  embeddingBenchmark(100, 500, 64, true),
];
