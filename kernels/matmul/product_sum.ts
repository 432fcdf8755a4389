import { addPartials } from "../column_sums/add_partials.ts";
import { partialSums } from "../column_sums/deferred.ts";
import { type Gpu, type GradientTarget, type Tensor, width } from "../gpu/mod.ts";
import { gemmKernel } from "./gemm.ts";
import { aligned, launchMatmul, type Operand, type Place } from "./launch.ts";
import { chooseSplit, type Split } from "./split.ts";
import { tileCount } from "./tile.ts";

/** An operand of a sum of products. */
export interface SummedOperand extends Operand {
  /** Elements from one part to the next. */
  readonly part: number;
}

/** Σ over `parts` of op(A)·op(B), for each of a batch: m × n each, k being one part's. */
export interface ProductSum {
  readonly a: SummedOperand;
  readonly b: SummedOperand;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batch: number;
  readonly parts: number;
  readonly scale: number;
  /**
   * A is, transposed, the windows of one sequence a part: rows of m elements that begin wherever A's offset and stride say (the
   * offset may be below 0), zero outside of the sequence's `frames` of `channels` elements, or past its length.
   */
  readonly windows?: { readonly frames: number; readonly channels: number; readonly lengths?: Tensor | undefined };
}

/**
 * Puts a sum of products where a gradient belongs. A result too small to fill the device (a weight's gradient, with k the rows
 * of a batch) is split along k: partial sums in scratch, which a second dispatch adds in a fixed order. `sums`: also takes the
 * sums of B's columns, the gradient of a bias, from what the product loads anyway; B must then not be transposed, and the batch 1.
 */
export function addProducts(
  gpu: Gpu,
  sum: ProductSum,
  into: GradientTarget,
  sums?: GradientTarget,
  split: Split = chooseSplit(gpu, sum),
): void {
  const { m, n, batch } = sum;
  if (m * n * batch === 0) return;
  if (split.splits === 1 && !sums) {
    const stride = width(into.into.tensor);
    const place = { stride, offset: into.into.offset, batch: m * stride, adds: into.accumulate };
    return sum.parts === 1 && !sum.windows
      ? launchMatmul(gpu, { ...sum, y: into.into.tensor, place, activation: "none" }, split.tile)
      : launch(gpu, sum, split, into.into.tensor, place, false);
  }
  const rows = batch * m + (sums ? 1 : 0);
  const partials = partialSums(gpu, [split.splits, rows, n]);
  launch(gpu, sum, split, partials, { stride: n, offset: 0, batch: rows / batch * n, adds: false }, sums !== undefined);
  addPartials(gpu, partials, [{ rows: batch * m, target: into }, ...(sums ? [{ rows: 1, target: sums }] : [])]);
}

function launch(gpu: Gpu, sum: ProductSum, { tile, splits, chunk }: Split, y: Tensor, place: Place, sums: boolean) {
  const { a, b, m, n, k, batch, parts, scale, windows } = sum;
  const kernel = gemmKernel(tile, {
    layoutA: windows ? "windows" : a.transposed ? "along" : "across",
    layoutB: b.transposed ? "across" : "along",
    vectorA: aligned(a, a.transposed ? m : k) && a.part % 4 === 0 && (windows?.channels ?? 0) % 4 === 0,
    vectorB: aligned(b, b.transposed ? k : n) && b.part % 4 === 0,
    vectorY: aligned(place, n),
    ragged: k % tile.k !== 0 || k === 0, // without rows the first load, which is always made, must give zeros
    bias: false,
    activation: "none",
    residual: false,
    parts: "split",
    output: { to: "columns", adds: place.adds },
    ...(windows?.lengths ? { inputLengths: true } : {}),
    ...(sums ? { columnSums: true } : {}),
  });
  gpu.dispatch(
    kernel,
    { a: a.tensor, b: b.tensor, y, ...(windows?.lengths ? { input_lengths: windows.lengths } : {}) },
    {
      ...{ m, n, k, batch: batch * splits, products: batch, parts, chunk, scale },
      ...{ a_stride: a.stride, a_offset: a.offset >>> 0, a_batch: a.batch, a_part: a.part },
      ...{ b_stride: b.stride, b_offset: b.offset, b_batch: b.batch, b_part: b.part },
      ...{ y_stride: place.stride, y_offset: place.offset, y_batch: place.batch },
      ...(windows ? { frames: windows.frames, channels: windows.channels } : {}),
    },
    gpu.grid(tileCount(tile, m, n, batch * splits)),
  );
}
