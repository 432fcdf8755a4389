import { type KernelBenchmark, randomTensor } from "../bench.ts";
import { Tape } from "../gpu/mod.ts";
import { crossEntropy } from "./cross_entropy.ts";

function crossEntropyBenchmark(rows: number, n: number, small: boolean): KernelBenchmark {
  return {
    name: `cross_entropy with gradient ${rows}×${n}`,
    bytes: 8 * rows * n,
    small,
    prepare(gpu) {
      const logits = randomTensor(gpu, [rows, n], 1, 8);
      const targets = gpu.upload(Uint32Array.from({ length: rows }, (_, i) => i * 7919 % n));
      return () => {
        using tape = new Tape(gpu);
        tape.track(logits);
        tape.recording(() => crossEntropy(gpu, logits, targets, { labelSmoothing: 0.1 }));
      };
    },
  };
}

/** The decoder's loss over 16 utterances of 60 characters, a larger vocabulary's, and small. */
export const benchmarks: readonly KernelBenchmark[] = [
  crossEntropyBenchmark(960, 32, false),
  crossEntropyBenchmark(960, 5000, false),
  crossEntropyBenchmark(300, 32, true),
];
