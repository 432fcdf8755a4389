import { expectShape, type Gpu, GpuError, type Tensor, width } from "../gpu/mod.ts";
import type { Lengths } from "../lengths.ts";
import { type Activation, epilogueTensors } from "../matmul/epilogue.ts";
import { gemmKernel } from "../matmul/gemm.ts";
import { chooseTile, tileCount } from "../matmul/tile.ts";
import { conv1dBackward } from "./conv1d_backward.ts";

/** How a convolution moves over time. */
export interface Conv1dOptions {
  /** Input frames from one output frame to the next. */
  readonly stride: number;
  /** Frames of zeros before frame 0. */
  readonly padLeft: number;
  /** Output frames to compute (see `convOutputLength`); input frames past the end are zero. */
  readonly outFrames: number;
  readonly activation?: Activation;
  /** Real frames of each sequence: input past them counts as zero, output past them is zero. */
  readonly lengths?: { readonly input: Lengths; readonly output: Lengths };
}

/** Output frames of a convolution over `frames` frames with zeros before and after them; 0 where the kernel is longer. */
export function convOutputLength(
  frames: number,
  kernel: number,
  stride: number,
  padLeft: number,
  padRight: number,
): number {
  return Math.max(0, Math.floor((frames + padLeft + padRight - kernel) / stride) + 1);
}

/**
 * Convolution over time: y[b,t,o] = activation(bias[o] + Σ_{j,c} W[j·c_in + c, o] · x[b, t·stride + j − padLeft, c]).
 * x [B, T, c_in], weight [kernel·c_in, c_out], bias [c_out] → [B, outFrames, c_out].
 *
 * A window of frames lies in memory as one row of kernel·c_in elements, so this is the tiled matrix product with rows
 * that overlap. To go on from an earlier chunk of the same audio, put its last frames before the new ones in x (along
 * time) and use padLeft 0: the kernel − stride frames, or fewer, that the next window still needs.
 */
export function conv1d(
  gpu: Gpu,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  options: Conv1dOptions,
): Tensor {
  expectShape("conv1d x", x, [-1, -1, -1]);
  const { stride, padLeft, outFrames, activation = "none", lengths } = options;
  const [sequences, frames, channels] = x.shape;
  const n = width(weight);
  const k = weight.shape[0];
  if (weight.shape.length !== 2 || k % channels !== 0 || k === 0) {
    throw new GpuError("invalid", `conv1d: weight [${weight.shape.join(", ")}] is not [kernel·${channels}, c_out]`);
  }
  if (!(Number.isInteger(stride) && stride >= 1 && Number.isInteger(padLeft) && padLeft >= 0)) {
    throw new GpuError("invalid", `conv1d: stride ${stride} and padLeft ${padLeft} must be integers ≥ 1 and ≥ 0`);
  }
  if (bias) expectShape("conv1d bias", bias, [n]);
  if (lengths) {
    expectShape("conv1d input lengths", lengths.input.device, [sequences]);
    expectShape("conv1d output lengths", lengths.output.device, [sequences]);
  }
  const m = sequences * outFrames;
  const y = gpu.tensor([sequences, outFrames, n]);
  const keeps = activation !== "none" && [x, weight, bias].some((input) => gpu.tape?.tracks(input));
  const pre = keeps ? gpu.tensor(y.shape) : undefined;
  gpu.tape?.record("conv1d", [x, weight, bias], [y], [x, weight, pre, ...lengthTensors(lengths)], (tape) => {
    const dy = tape.gradientOf(y);
    if (!dy) return;
    const targets = { x: tape.gradientInto(x), weight: tape.gradientInto(weight), bias: tape.gradientInto(bias) };
    conv1dBackward(gpu, { x, weight, pre, options }, dy, targets);
  });
  if (m * n === 0) return y;
  const tile = chooseTile(gpu, m, n, 1);
  const kernel = gemmKernel(tile, {
    layoutA: "frames",
    layoutB: "along",
    vectorA: channels % 4 === 0,
    vectorB: n % 4 === 0,
    vectorY: n % 4 === 0,
    ragged: k % tile.k !== 0,
    bias: bias !== undefined,
    activation,
    residual: false,
    ...(pre ? { keepsPre: true } : {}),
    ...(lengths ? { inputLengths: true, outputLengths: true } : {}),
  });
  gpu.dispatch(
    kernel,
    {
      ...{ a: x, b: weight, y, ...epilogueTensors(bias, undefined, pre) },
      ...(lengths ? { input_lengths: lengths.input.device, output_lengths: lengths.output.device } : {}),
    },
    {
      ...{ m, n, k, batch: 1, scale: 1, a_stride: 0, a_offset: 0, a_batch: 0, b_stride: n, b_offset: 0, b_batch: 0 },
      ...{ out_frames: outFrames, frames, channels, stride, pad_left: padLeft },
    },
    gpu.grid(tileCount(tile, m, n, 1)),
  );
  return y;
}

function lengthTensors(lengths: Conv1dOptions["lengths"]): Tensor[] {
  return lengths ? [lengths.input.device, lengths.output.device] : [];
}
