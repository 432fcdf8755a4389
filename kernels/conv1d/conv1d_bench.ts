import { type KernelBenchmark, randomTensor } from "../bench.ts";
import { asColumns } from "../gpu/mod.ts";
import { conv1d, convOutputLength } from "./conv1d.ts";
import { conv1dBackward } from "./conv1d_backward.ts";

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

/** Gradients of weight and bias, and of x where it is no features. */
function backwardBenchmark(
  [sequences, frames, channels, outChannels]: readonly [number, number, number, number],
  wantX: boolean,
): KernelBenchmark {
  const kernel = 3;
  const outFrames = convOutputLength(frames, kernel, 2, 1, 1);
  const flops = (wantX ? 4 : 2) * sequences * outFrames * kernel * channels * outChannels;
  const elements = sequences * (frames * channels * (wantX ? 2 : 1) + 2 * outFrames * outChannels);
  return {
    name: `conv1d backward ${wantX ? "" : "without dX "}${sequences}×${frames}×${channels} → ${outChannels}`,
    flops,
    bytes: 4 * (elements + 2 * kernel * channels * outChannels),
    small: flops < 1e8,
    prepare(gpu) {
      const x = randomTensor(gpu, [sequences, frames, channels], 1);
      const weight = randomTensor(gpu, [kernel * channels, outChannels], 2);
      const [pre, dy] = [3, 4].map((seed) => randomTensor(gpu, [sequences, outFrames, outChannels], seed));
      const options = { stride: 2, padLeft: 1, outFrames, activation: "silu" } as const;
      const into = (shape: readonly number[], accumulate = true) => ({ into: asColumns(gpu.zeros(shape)), accumulate });
      const targets = {
        weight: into(weight.shape),
        bias: into([outChannels]),
        x: wantX ? into(x.shape, false) : undefined,
      };
      return () => conv1dBackward(gpu, { x, weight, pre, options }, dy, targets);
    },
  };
}

/** The two convolutions of the subsampling for 30 minutes of audio, for a training batch with its gradients, and small. */
export const benchmarks: readonly KernelBenchmark[] = [
  conv1dBenchmark(1, 180000, 80, 512),
  conv1dBenchmark(1, 90000, 512, 512),
  conv1dBenchmark(16, 1500, 80, 256),
  conv1dBenchmark(16, 750, 256, 256),
  conv1dBenchmark(1, 400, 80, 64),
  backwardBenchmark([16, 500, 80, 256], false),
  backwardBenchmark([16, 250, 256, 256], true),
  backwardBenchmark([16, 1500, 80, 512], false),
  backwardBenchmark([16, 750, 512, 512], true),
  backwardBenchmark([1, 200, 40, 64], true),
];
