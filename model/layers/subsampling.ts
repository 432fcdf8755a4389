import { conv1d } from "../../kernels/conv1d/conv1d.ts";
import type { Gpu, Tensor } from "../../kernels/gpu/mod.ts";
import { type Lengths, lengths as makeLengths } from "../../kernels/lengths.ts";
import type { ModelConfig } from "../config.ts";
import { fanIn } from "../initialization.ts";
import type { Parameters } from "../parameters.ts";
import type { LinearWeights } from "./linear.ts";

/** Mel frames that become one encoder frame: 4 × 10 ms. */
export const SUBSAMPLING = 4;

const KERNEL = 3;
const STRIDE = 2;

/** Two convolutions over time of width 3 and stride 2: [3 · bins, d] and [3d, d], tap-major. */
export interface SubsamplingWeights {
  readonly first: Required<LinearWeights>;
  readonly second: Required<LinearWeights>;
}

/** Declares the subsampling. */
export function subsamplingWeights(p: Parameters, config: ModelConfig): SubsamplingWeights {
  const convolution = (at: Parameters, inputs: number) => ({
    weight: at.get("weight", [KERNEL * inputs, config.width], fanIn(KERNEL * inputs)),
    bias: at.get("bias", [config.width], fanIn(KERNEL * inputs)),
  });
  return { first: convolution(p.at(0), config.frontend.bins), second: convolution(p.at(1), config.width) };
}

/** Encoder frames that so many mel frames give: ⌈frames / 4⌉. */
export function subsampledLength(frames: number): number {
  return Math.ceil(frames / SUBSAMPLING);
}

/** The rows that each convolution saw last [B, 1, …]: what a stream carries from chunk to chunk. */
export interface SubsamplingState {
  readonly mel: Tensor;
  readonly hidden: Tensor;
}

/** The state before any audio: zeros, as the padding is. */
export function subsamplingState(gpu: Gpu, config: ModelConfig, batch: number): SubsamplingState {
  return {
    mel: gpu.zeros([batch, 1, config.frontend.bins], "f32", "state"),
    hidden: gpu.zeros([batch, 1, config.width], "f32", "state"),
  };
}

/**
 * SiLU ∘ convolution, twice: 10 ms frames to 40 ms frames. mel [B, frames, bins] → [B, ⌈frames/4⌉, d] and its lengths;
 * rows past each sequence's length are zero. With a state, the frames continue those of the chunk before, which must
 * have held a multiple of 4.
 */
export function subsampling(
  gpu: Gpu,
  weights: SubsamplingWeights,
  mel: Tensor,
  lengths: Lengths,
  state?: SubsamplingState,
): { frames: Tensor; lengths: Lengths } {
  using scope = gpu.scope();
  const half = convolve(gpu, weights.first, mel, lengths, state?.mel);
  const { frames, lengths: halved } = convolve(gpu, weights.second, half.frames, half.lengths, state?.hidden);
  scope.keep(frames, halved.device);
  return { frames, lengths: halved };
}

function convolve(gpu: Gpu, weights: Required<LinearWeights>, x: Tensor, lengths: Lengths, last?: Tensor) {
  using scope = gpu.scope();
  const outFrames = Math.ceil(x.shape[1] / STRIDE);
  const output = makeLengths(gpu, lengths.host.map((n) => Math.ceil(n / STRIDE)), outFrames);
  const continued = last ? prepend(gpu, last, x, lengths) : { x, lengths, padLeft: 1 };
  const frames = conv1d(gpu, continued.x, weights.weight, weights.bias, {
    stride: STRIDE,
    padLeft: continued.padLeft,
    outFrames,
    activation: "silu",
    lengths: { input: continued.lengths, output },
  });
  scope.keep(frames, output.device);
  return { frames, lengths: output };
}

/** Puts the last row of the chunk before in front, where one pass over everything would see it, and remembers the new one. */
function prepend(gpu: Gpu, last: Tensor, x: Tensor, lengths: Lengths) {
  const [batch, rows, width] = x.shape;
  const joined = gpu.tensor([batch, rows + 1, width]);
  for (let b = 0; b < batch; b++) {
    gpu.copy(last, b * width, joined, b * (rows + 1) * width, width);
    gpu.copy(x, b * rows * width, joined, (b * (rows + 1) + 1) * width, rows * width);
    gpu.copy(x, ((b + 1) * rows - 1) * width, last, b * width, width);
  }
  const longer = makeLengths(gpu, lengths.host.map((n) => n > 0 ? n + 1 : 0), rows + 1);
  return { x: joined, lengths: longer, padLeft: 0 };
}
