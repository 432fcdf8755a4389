import { type KernelBenchmark, randomTensor } from "../bench.ts";
import { asColumns, columns, part } from "../gpu/mod.ts";
import { causalConv1d } from "./causal_conv1d.ts";
import { causalConv1dBackward } from "./causal_conv1d_backward.ts";
import { causalConv1dStep } from "./causal_conv1d_step.ts";

const TAPS = 4;

/** Width 4 with SiLU over the first half of a tensor's columns, as in_proj leaves them. */
function convolutionBenchmark(batch: number, length: number, channels: number, small: boolean): KernelBenchmark {
  return {
    name: `causal_conv1d B${batch} D${channels} L${length}`,
    bytes: 8 * batch * length * channels,
    small,
    prepare(gpu) {
      const x = columns(randomTensor(gpu, [batch, length, 2 * channels], 1), 0, channels);
      const weight = randomTensor(gpu, [TAPS, channels], 2);
      const bias = randomTensor(gpu, [channels], 3);
      return () => causalConv1d(gpu, x, weight, bias, { silu: true });
    },
  };
}

/** All gradients of it, dx going to the first half of a tensor's columns. */
function backwardBenchmark(batch: number, length: number, channels: number, small: boolean): KernelBenchmark {
  return {
    name: `causal_conv1d backward B${batch} D${channels} L${length}`,
    bytes: 12 * batch * length * channels,
    small,
    prepare(gpu) {
      const x = columns(randomTensor(gpu, [batch, length, 2 * channels], 1), 0, channels);
      const weight = randomTensor(gpu, [TAPS, channels], 2);
      const bias = randomTensor(gpu, [channels], 3);
      const dy = randomTensor(gpu, [batch, length, channels], 4);
      const gradients = gpu.zeros([(TAPS + 1) * channels]);
      const target = (at: number, shape: readonly number[]) => ({
        into: asColumns(part(gradients, at, shape)),
        accumulate: true,
      });
      const targets = {
        x: { into: columns(gpu.tensor([batch, length, 2 * channels]), 0, channels), accumulate: false },
        weight: target(0, [TAPS, channels]),
        bias: target(TAPS * channels, [channels]),
      };
      return () => causalConv1dBackward(gpu, { x, weight, bias, silu: true, reverse: false }, dy, undefined, targets);
    },
  };
}

/** Half an hour in 40 ms frames, a batch of utterances, a decoding step; small. And gradients. */
export const benchmarks: readonly KernelBenchmark[] = [
  convolutionBenchmark(1, 45000, 512, false),
  convolutionBenchmark(16, 2048, 512, false),
  {
    name: "causal_conv1d step B16 D512",
    small: true,
    prepare(gpu) {
      const x = randomTensor(gpu, [16, 1, 512], 1);
      const weight = randomTensor(gpu, [TAPS, 512], 2);
      const bias = randomTensor(gpu, [512], 3);
      const state = gpu.zeros([16, TAPS - 1, 512]);
      return () => causalConv1dStep(gpu, x, weight, bias, state, { silu: true });
    },
  },
  convolutionBenchmark(1, 1000, 64, true),
  backwardBenchmark(16, 125, 512, false),
  backwardBenchmark(16, 1000, 1024, false),
  backwardBenchmark(16, 2048, 512, false),
  backwardBenchmark(1, 1000, 64, true),
];
