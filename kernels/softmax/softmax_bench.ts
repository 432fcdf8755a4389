import { type KernelBenchmark, randomTensor } from "../bench.ts";
import { asColumns } from "../gpu/mod.ts";
import { launchSoftmaxBackward } from "./softmax_backward.ts";
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

function backwardBenchmark(rows: number, n: number, small: boolean): KernelBenchmark {
  return {
    name: `log_softmax backward ${rows}×${n}`,
    bytes: 12 * rows * n,
    small,
    prepare(gpu) {
      const [y, dy] = [randomTensor(gpu, [rows, n], 1), randomTensor(gpu, [rows, n], 2)];
      const target = { into: asColumns(gpu.tensor([rows, n], "f32", "gradients")), accumulate: false };
      return () => launchSoftmaxBackward(gpu, y, dy, target, true);
    },
  };
}

/** Rows of a vocabulary, rows as long as half an hour of 40 ms frames, and the gradient of 16 utterances of 5 s. */
export const benchmarks: readonly KernelBenchmark[] = [
  softmaxBenchmark(45000, 1024, false),
  softmaxBenchmark(45000, 28, false),
  softmaxBenchmark(4096, 45000, false),
  softmaxBenchmark(300, 128, true),
  backwardBenchmark(2000, 32, false),
  backwardBenchmark(2000, 1024, false),
  backwardBenchmark(300, 128, true),
];

/** The same with rows read twice instead of kept in registers. */
export const candidates: readonly KernelBenchmark[] = [
  softmaxBenchmark(45000, 1024, false, false),
  softmaxBenchmark(4096, 15000, false),
  softmaxBenchmark(4096, 15000, false, false),
];
