import { type KernelBenchmark, randomTensor } from "../bench.ts";
import { adamW } from "./adam_w.ts";
import { sumInto } from "./history.ts";
import { optimizerStatus } from "./status.ts";

function adamWBenchmark(blocks: number, averaged: boolean, small: boolean): KernelBenchmark {
  const n = 64 * blocks;
  return {
    name: `adam_w ${n} weights${averaged ? " with average" : ""}`,
    // Gradients are read twice; weights, moments and average are read and written.
    bytes: 4 * n * (2 + 6 + (averaged ? 2 : 0)),
    small,
    prepare(gpu) {
      const state = {
        weights: randomTensor(gpu, [n], 1),
        gradients: randomTensor(gpu, [n], 2),
        first: gpu.zeros([n]),
        second: gpu.zeros([n]),
        decayed: gpu.upload(new Uint32Array(blocks).fill(1)),
        status: optimizerStatus(gpu),
        ...(averaged ? { average: randomTensor(gpu, [n], 1) } : {}),
      };
      const settings = {
        learningRate: 1e-4,
        beta1: 0.9,
        beta2: 0.98,
        epsilon: 1e-8,
        weightDecay: 0.01,
        clip: 1,
        averageDecay: 0.999,
      };
      return () => adamW(gpu, state, settings);
    },
  };
}

function sumBenchmark(count: number): KernelBenchmark {
  return {
    name: `sum ${count} into history`,
    bytes: 4 * count,
    small: true,
    prepare(gpu) {
      const values = randomTensor(gpu, [count], 1);
      const history = gpu.zeros([1, 1]);
      return () => sumInto(gpu, values, history, 0, 0);
    },
  };
}

/** Models of 64,000 to 64 million weights. */
export const benchmarks: readonly KernelBenchmark[] = [
  adamWBenchmark(1_000, true, true),
  adamWBenchmark(50_000, true, false),
  adamWBenchmark(1_000_000, true, false),
  adamWBenchmark(1_000_000, false, false),
  sumBenchmark(256),
];
