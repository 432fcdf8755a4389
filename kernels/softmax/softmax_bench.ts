import { type KernelBenchmark, randomTensor } from "../bench.ts";
import { launch } from "./softmax.ts";

function softmaxBenchmark(rows: number, n: number, small: boolean, cache = true): KernelBenchmark {
  return {
    name: `softmax ${rows}×${n}${cache ? "" : " read twice"}`,
    bytes: 8 * rows * n,
    small,
    prepare(gpu) {
      const x = randomTensor(gpu, [rows, n], 1, 8);
      return () => launch(gpu, x, false, cache);
    },
  };
}

/** Rows of a vocabulary, and rows as long as half an hour of 40 ms frames. */
export const benchmarks: readonly KernelBenchmark[] = [
  softmaxBenchmark(45000, 1024, false),
  softmaxBenchmark(45000, 28, false),
  softmaxBenchmark(4096, 45000, false),
  softmaxBenchmark(300, 128, true),
];

/** The same with rows read twice instead of kept in registers. */
export const candidates: readonly KernelBenchmark[] = [
  softmaxBenchmark(45000, 1024, false, false),
  softmaxBenchmark(4096, 15000, false),
  softmaxBenchmark(4096, 15000, false, false),
];
