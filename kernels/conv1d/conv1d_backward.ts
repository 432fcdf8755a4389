import { columnSums } from "../column_sums/column_sums.ts";
import { type Gpu, type GradientTarget, type Tensor, width } from "../gpu/mod.ts";
import { activationBackward } from "../matmul/activation_backward.ts";
import { gemmKernel } from "../matmul/gemm.ts";
import type { LinearTargets } from "../matmul/linear_backward.ts";
import { addProducts } from "../matmul/product_sum.ts";
import { chooseTile, tileCount } from "../matmul/tile.ts";
import type { Conv1dOptions } from "./conv1d.ts";

/** What `conv1d` was given, and the activation's argument where it has one. */
export interface Conv1dRecord {
  readonly x: Tensor;
  readonly weight: Tensor;
  readonly pre?: Tensor | undefined;
  readonly options: Conv1dOptions;
}

/**
 * The gradients of `conv1d`, dy [B, outFrames, c_out] given. dPre = dy·activation′(pre), zero past the lengths (a dispatch where
 * there is either); dX by `inputGradient` (one); dW and db by the product of windows that `linear` has of rows (two).
 */
export function conv1dBackward(gpu: Gpu, record: Conv1dRecord, dy: Tensor, targets: LinearTargets): void {
  const { x, weight, pre, options } = record;
  const { activation = "none", lengths, outFrames, stride, padLeft } = options;
  if (!targets.x && !targets.weight && !targets.bias) return;
  const rowLengths = lengths && { device: lengths.output.device, frames: outFrames };
  const dPre = activation === "none" && !lengths ? dy : activationBackward(gpu, activation, dy, pre, rowLengths);
  if (targets.x) inputGradient(gpu, record, dPre, targets.x);
  if (!targets.weight) {
    if (targets.bias) columnSums(gpu, dPre, targets.bias);
    return;
  }
  const [sequences, frames, channels] = x.shape;
  const [m, n] = weight.shape;
  addProducts(
    gpu,
    {
      a: {
        tensor: x,
        stride: stride * channels,
        offset: -padLeft * channels,
        part: frames * channels,
        batch: 0,
        transposed: true,
      },
      b: { tensor: dPre, stride: n, offset: 0, part: outFrames * n, batch: 0, transposed: false },
      ...{ m, n, k: outFrames, batch: 1, parts: sequences, scale: 1 },
      windows: { frames, channels, lengths: lengths?.input.device },
    },
    targets.weight,
    targets.bias,
  );
}

/**
 * dX: frame f = stride·q + p − padLeft, of phase p, was seen by tap j = p + stride·i of window q − i, for every i there is. So
 * the frames of a phase are a convolution of stride 1 over dPre with every stride-th tap of W, turned round and transposed: a
 * product whose sum has a part for each i (the layout `frames` shifted by a window, W by stride taps), the phases its batch.
 * Where the kernel is no multiple of the stride, later phases lack the first part. Padding is not written but as zero.
 */
function inputGradient(
  gpu: Gpu,
  { x, weight, options: { outFrames, stride, padLeft, lengths } }: Conv1dRecord,
  dPre: Tensor,
  { into, accumulate }: GradientTarget,
): void {
  const [sequences, frames, channels] = x.shape;
  const outChannels = width(dPre);
  const taps = weight.shape[0] / channels;
  const rowsEach = Math.ceil((frames + padLeft) / stride);
  const parts = Math.ceil(taps / stride);
  const [m, n] = [sequences * rowsEach, channels];
  if (m * n === 0) return;
  const tile = chooseTile(gpu, m, n, stride);
  const kernel = gemmKernel(tile, {
    layoutA: "frames",
    layoutB: "across",
    vectorA: outChannels % 4 === 0,
    vectorB: outChannels % 4 === 0,
    vectorY: channels % 4 === 0,
    ragged: outChannels % tile.k !== 0,
    bias: false,
    activation: "none",
    residual: false,
    parts: "taps",
    output: { to: "frames", adds: accumulate },
    ...(lengths ? { outputLengths: true } : {}),
  });
  gpu.dispatch(
    kernel,
    { a: dPre, b: weight, y: into.tensor, ...(lengths ? { output_lengths: lengths.input.device } : {}) },
    {
      ...{ m, n, k: outChannels, batch: stride, products: stride, parts, chunk: 0, scale: 1 },
      ...{ a_stride: 0, a_offset: 0, a_batch: 0, a_part: outChannels },
      b_stride: outChannels,
      b_offset: (parts - 1) * stride * channels * outChannels,
      b_batch: channels * outChannels,
      b_part: -stride * channels * outChannels >>> 0, // the taps of later windows are earlier ones; addresses wrap
      ...{ out_frames: rowsEach, frames: outFrames, channels: outChannels, stride: 1, pad_left: parts - 1 },
      ...{ x_frames: frames, x_stride: stride, x_pad: padLeft, taps },
    },
    gpu.grid(tileCount(tile, m, n, stride)),
  );
}
