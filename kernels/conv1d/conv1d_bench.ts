import { type KernelBenchmark, randomTensor } from "../bench.ts";
import { conv1d, convOutputLength } from "./conv1d.ts";

function conv1dBenchmark(sequences: number, frames: number, channels: number, outChannels: number): KernelBenchmark {
  const kernel = 3;
  const outFrames = convOutputLength(frames, kernel, 2, 1, 1);
  const flops = 2 * sequences * outFrames * kernel * channels * outChannels;
  return {
    name: `conv1d ${sequences}×${frames}×${channels} → ${outChannels}, kernel 3, stride 2`,
    flops,
    bytes: 4 * (sequences * (frames * channels + outFrames * outChannels) + kernel * channels * outChannels),
    small: flops < 1e8,
    prepare(gpu) {
      const x = randomTensor(gpu, [sequences, frames, channels], 1);
      const weight = randomTensor(gpu, [kernel * channels, outChannels], 2);
      const bias = randomTensor(gpu, [outChannels], 3);
      return () => conv1d(gpu, x, weight, bias, { stride: 2, padLeft: 1, outFrames, activation: "silu" });
    },
  };
}

/** The two convolutions of the subsampling for 30 minutes of audio, for a training batch, and small. */
export const benchmarks: readonly KernelBenchmark[] = [
  conv1dBenchmark(1, 180000, 80, 512),
  conv1dBenchmark(1, 90000, 512, 512),
  conv1dBenchmark(16, 1500, 80, 256),
  conv1dBenchmark(16, 750, 256, 256),
  conv1dBenchmark(1, 400, 80, 64),
];
