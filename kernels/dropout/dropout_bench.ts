import { type KernelBenchmark, randomTensor } from "../bench.ts";
import { dropoutAdd } from "./dropout.ts";

function dropoutBenchmark(rows: number, d: number, small: boolean): KernelBenchmark {
  return {
    name: `dropout_add ${rows}×${d}`,
    bytes: 12 * rows * d,
    small,
    prepare(gpu) {
      const [branch, residual] = [randomTensor(gpu, [rows, d], 1), randomTensor(gpu, [rows, d], 2)];
      return () => dropoutAdd(gpu, branch, residual, 0.1, 1);
    },
  };
}

/** Dropout before the residual of 16 utterances of 5 s, of much more, and small. */
export const benchmarks: readonly KernelBenchmark[] = [
  dropoutBenchmark(2000, 144, false),
  dropoutBenchmark(2000, 512, false),
  dropoutBenchmark(45000, 512, false),
  dropoutBenchmark(500, 64, true),
];
