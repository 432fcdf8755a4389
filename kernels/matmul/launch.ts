import { type Columns, type Gpu, size, type Tensor, width } from "../gpu/mod.ts";
import { type Activation, epilogueTensors } from "./epilogue.ts";
import { type GemmForm, gemmKernel } from "./gemm.ts";
import { THIN_COLUMNS, thinKernel } from "./thin.ts";
import { chooseTile, type Tile, tileCount } from "./tile.ts";

/** A matrix, or a batch of them: element (row, column) is at offset + batch·index + stride·row + column. */
export interface Operand {
  readonly tensor: Tensor;
  readonly stride: number;
  readonly offset: number;
  /** Elements from one matrix to the next; 0 where one serves the whole batch. */
  readonly batch: number;
  readonly transposed: boolean;
}

/** Where a product goes if not to a dense y: strides as an operand's. */
export interface Place {
  readonly stride: number;
  readonly offset: number;
  readonly batch: number;
  /** Whether it is added to what is there. */
  readonly adds: boolean;
}

/** One launch: the general product with its epilogue. */
export interface Product {
  readonly a: Operand;
  readonly b: Operand;
  readonly y: Tensor;
  /** Without bias and residual only. */
  readonly place?: Place | undefined;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batch: number;
  readonly scale: number;
  readonly bias?: Tensor | undefined;
  readonly activation: Activation;
  readonly residual?: Tensor | undefined;
  /** Like y: where the activation's argument is kept. */
  readonly pre?: Tensor | undefined;
}

/**
 * Records a product with a given tile (default: the one chosen for its shape). `vectors` false takes the scalar path
 * whatever the alignment. For this folder and its benchmarks.
 */
export function launchMatmul(gpu: Gpu, product: Product, tile?: Tile, vectors = true): void {
  const { a, b, y, place, m, n, k, batch, scale, bias, activation, residual, pre } = product;
  if (m * n * batch === 0) return;
  const chosen = tile ?? chooseTile(gpu, m, n, batch);
  const form: GemmForm = {
    layoutA: a.transposed ? "along" : "across",
    layoutB: b.transposed ? "across" : "along",
    vectorA: vectors && aligned(a, a.transposed ? m : k),
    vectorB: vectors && aligned(b, b.transposed ? k : n),
    vectorY: vectors && (place ? aligned(place, n) : n % 4 === 0),
    ragged: k % chosen.k !== 0,
    bias: bias !== undefined,
    activation,
    residual: residual !== undefined,
    ...(pre ? { keepsPre: true } : {}),
    ...(place ? { output: { to: "columns", adds: place.adds } } : {}),
  };
  gpu.dispatch(
    gemmKernel(chosen, form),
    { a: a.tensor, b: b.tensor, y, ...epilogueTensors(bias, residual, pre) },
    {
      ...{ m, n, k, batch, scale },
      ...{ a_stride: a.stride, a_offset: a.offset, a_batch: a.batch },
      ...{ b_stride: b.stride, b_offset: b.offset, b_batch: b.batch },
      ...(place ? { y_stride: place.stride, y_offset: place.offset, y_batch: place.batch } : {}),
    },
    gpu.grid(tileCount(chosen, m, n, batch)),
  );
}

/** Records the thin product for at most 8 rows. */
export function launchThin(
  gpu: Gpu,
  x: Columns,
  w: Tensor,
  bias: Tensor | undefined,
  activation: Activation,
  residual: Tensor | undefined,
  y: Tensor,
): void {
  const n = width(y);
  const m = size(y) / n;
  const k = x.width;
  if (m * n === 0) return;
  const stride = width(x.tensor);
  const slices = k >= 256 && gpu.limits.maxComputeInvocationsPerWorkgroup >= 16 * THIN_COLUMNS ? 16 : 4;
  const sums = [1, 2, 4, 8].find((r) => r >= m)!;
  const vector = (stride | x.offset | k) % 4 === 0;
  gpu.dispatch(
    thinKernel(sums, slices, vector, bias !== undefined, activation, residual !== undefined),
    { x: x.tensor, w, y, ...epilogueTensors(bias, residual) },
    { m, n, k, x_stride: stride, x_offset: x.offset },
    [Math.ceil(n / THIN_COLUMNS)],
  );
}

/** Whether vec4 loads fit: rows of `contiguous` elements that all begin at multiples of 4. */
export function aligned(
  { stride, offset, batch }: Pick<Operand, "stride" | "offset" | "batch">,
  contiguous: number,
): boolean {
  return stride % 4 === 0 && offset % 4 === 0 && batch % 4 === 0 && contiguous % 4 === 0;
}
