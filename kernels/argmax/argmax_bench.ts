import { type KernelBenchmark, randomTensor } from "../bench.ts";
import { argmax, type ArgmaxVariant } from "./argmax.ts";

function argmaxBenchmark(rows: number, n: number, small: boolean, variant?: ArgmaxVariant): KernelBenchmark {
  return {
    name: `argmax ${rows}×${n}${variant ? ` ${variant.lanes} of ${variant.threads}` : ""}`,
    bytes: 4 * rows * n,
    small,
    prepare(gpu) {
      const x = randomTensor(gpu, [rows, n], 1);
      return () => argmax(gpu, x, variant);
    },
  };
}

/** CTC's frames of 30 minutes, a decoder's vocabulary, and small ones. */
export const benchmarks: readonly KernelBenchmark[] = [
  argmaxBenchmark(45000, 32, false),
  argmaxBenchmark(45000, 1024, false),
  argmaxBenchmark(8, 51865, false),
  argmaxBenchmark(500, 32, true),
  argmaxBenchmark(1, 51865, true),
];

const LANES: readonly number[] = [1, 2, 4, 8, 16, 32];

/** Lanes a row for each of these shapes. */
export const candidates: readonly KernelBenchmark[] = [
  ...LANES.map((lanes) => argmaxBenchmark(45000, 32, false, { lanes, threads: 256 })),
  ...[32, 64, 128, 256].map((lanes) => argmaxBenchmark(45000, 1024, false, { lanes, threads: 256 })),
  ...[256, 512, 1024].map((lanes) => argmaxBenchmark(8, 51865, false, { lanes, threads: lanes })),
  ...LANES.map((lanes) => argmaxBenchmark(500, 32, true, { lanes, threads: 64 })),
  ...[8, 16, 64, 256].map((lanes) => argmaxBenchmark(1, 51865, true, { lanes, threads: Math.max(lanes, 64) })),
];
