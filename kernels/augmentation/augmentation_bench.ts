import { type KernelBenchmark, randomTensor } from "../bench.ts";
import { lengths } from "../lengths.ts";
import { drawMasks } from "./masks.ts";
import { perturb, ZEROS } from "./perturb.ts";
import { specAugment } from "./spec_augment.ts";

const list = (batch: number, value: number) => Array<number>(batch).fill(value);

function perturbBenchmark(batch: number, seconds: number, speed: number, small: boolean): KernelBenchmark {
  const n = 16000 * seconds;
  const outWidth = Math.floor(n / speed);
  return {
    name: `perturb B${batch} ${seconds} s speed ${speed}`,
    flops: 25 * batch * outWidth * 2 * ZEROS * Math.max(1, speed),
    bytes: 4 * batch * (n + outWidth),
    small,
    prepare(gpu) {
      const samples = randomTensor(gpu, [batch, n], 1);
      const whole = lengths(gpu, list(batch, n), n);
      const how = { speed: list(batch, speed), gain: list(batch, 1), noise: list(batch, 0.01), seed: list(batch, 1) };
      return () => void perturb(gpu, samples, whole, how, outWidth);
    },
  };
}

function maskBenchmark(batch: number, time: number, bins: number, small: boolean): KernelBenchmark {
  return {
    name: `spec_augment B${batch} ${time}×${bins}`,
    small,
    prepare(gpu) {
      const mel = randomTensor(gpu, [batch, time, bins], 1);
      const whole = lengths(gpu, list(batch, time), time);
      const policy = { binMasks: 2, binWidth: 27, timeMasks: 2, timeWidth: 100, timeShare: 0.15 };
      const masks = drawMasks(1, whole.host, bins, policy);
      return () => specAugment(gpu, mel, whole, masks);
    },
  };
}

/** Batches of five seconds. */
export const benchmarks: readonly KernelBenchmark[] = [
  perturbBenchmark(1, 1, 0.9, true),
  perturbBenchmark(16, 5, 0.9, false),
  perturbBenchmark(16, 5, 1.1, false),
  maskBenchmark(16, 500, 80, true),
];
