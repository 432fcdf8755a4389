import {
  asColumns,
  type Columns,
  describe,
  expectShape,
  type Gpu,
  GpuError,
  size,
  type Tensor,
  width,
} from "../gpu/mod.ts";
import { type Activation, epilogueTensors } from "./epilogue.ts";
import { gemmKernel } from "./gemm.ts";
import { THIN_COLUMNS, thinKernel } from "./thin.ts";
import { chooseTile, type Tile, tileCount } from "./tile.ts";

/** Most rows that `linear` gives to the thin kernel. */
const THIN_ROWS = 8;

/**
 * y = activation(x·W + bias) + residual, summed in float32. x [..., k], weight [k, n], bias [n], residual like y
 * → y [..., n]. Up to 8 rows of x (a decoding step) are bound by reading W and get a kernel made for that.
 */
export function linear(
  gpu: Gpu,
  x: Tensor | Columns,
  weight: Tensor,
  bias?: Tensor,
  activation: Activation = "none",
  residual?: Tensor,
): Tensor {
  const from = asColumns(x);
  const k = from.width;
  const n = width(weight);
  expectShape("weight", weight, [k, n]);
  const shape = [...from.tensor.shape.slice(0, -1), n];
  if (bias) expectShape("bias", bias, [n]);
  if (residual) expectShape("residual", residual, shape);
  const y = gpu.tensor(shape);
  const m = size(y) / n;
  if (m <= THIN_ROWS) launchThin(gpu, from, weight, bias, activation, residual, y);
  else {
    const a = { tensor: from.tensor, stride: width(from.tensor), offset: from.offset, batch: 0, transposed: false };
    const b = { tensor: weight, stride: n, offset: 0, batch: 0, transposed: false };
    launchMatmul(gpu, { a, b, y, m, n, k, batch: 1, scale: 1, bias, activation, residual });
  }
  return y;
}

/** How `matmul` reads its operands. */
export interface MatmulOptions {
  /** a is [batch?, k, m]. */
  readonly transposeA?: boolean;
  /** b is [batch?, n, k]. */
  readonly transposeB?: boolean;
  /** Factor of the product. */
  readonly scale?: number;
}

/**
 * C = scale·op(A)·op(B), summed in float32. a [..., m, k] or transposed [..., k, m], b [..., k, n] or transposed
 * [..., n, k] → [..., m, n]. Leading dimensions are a batch: the same for both, or one operand has none and serves all.
 */
export function matmul(gpu: Gpu, a: Tensor | Columns, b: Tensor | Columns, options: MatmulOptions = {}): Tensor {
  const { transposeA = false, transposeB = false, scale = 1 } = options;
  const A = batched("a", asColumns(a), transposeA);
  const B = batched("b", asColumns(b), transposeB);
  const [m, k] = transposeA ? [A.columns, A.rows] : [A.rows, A.columns];
  const [inner, n] = transposeB ? [B.columns, B.rows] : [B.rows, B.columns];
  const bothBatched = A.leading.length > 0 && B.leading.length > 0;
  if (inner !== k || (bothBatched && A.leading.join() !== B.leading.join())) {
    const form = (name: string, transposed: boolean) => `${name}${transposed ? " (transposed)" : ""}`;
    throw new GpuError(
      "invalid",
      `matmul: ${form("a", transposeA)} [${[...A.leading, A.rows, A.columns].join(", ")}] and ` +
        `${form("b", transposeB)} [${[...B.leading, B.rows, B.columns].join(", ")}] do not fit: ` +
        (inner !== k ? `k is ${k} and ${inner}` : "their batches differ"),
    );
  }
  const leading = A.leading.length > 0 ? A.leading : B.leading;
  const batch = leading.reduce((product, count) => product * count, 1);
  const y = gpu.tensor([...leading, m, n]);
  // One B for all: the rows of all A are one matrix.
  const flat = B.leading.length === 0 && !transposeA;
  launchMatmul(gpu, {
    a: { ...A.operand, batch: A.leading.length > 0 ? A.operand.batch : 0 },
    b: { ...B.operand, batch: B.leading.length > 0 ? B.operand.batch : 0 },
    y,
    m: flat ? m * batch : m,
    n,
    k,
    batch: flat ? 1 : batch,
    scale,
    activation: "none",
  });
  return y;
}

/** A matrix, or a batch of them: element (row, column) is at offset + batch·index + stride·row + column. */
export interface Operand {
  readonly tensor: Tensor;
  readonly stride: number;
  readonly offset: number;
  /** Elements from one matrix to the next; 0 where one serves the whole batch. */
  readonly batch: number;
  readonly transposed: boolean;
}

/** One launch: the general product with its epilogue. */
export interface Product {
  readonly a: Operand;
  readonly b: Operand;
  readonly y: Tensor;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batch: number;
  readonly scale: number;
  readonly bias?: Tensor | undefined;
  readonly activation: Activation;
  readonly residual?: Tensor | undefined;
}

/**
 * Records a product with a given tile (default: the one chosen for its shape). `vectors` false takes the scalar path
 * whatever the alignment. For this folder and its benchmarks.
 */
export function launchMatmul(gpu: Gpu, product: Product, tile?: Tile, vectors = true): void {
  const { a, b, y, m, n, k, batch, scale, bias, activation, residual } = product;
  if (m * n * batch === 0) return;
  const chosen = tile ?? chooseTile(gpu, m, n, batch);
  const form = {
    layoutA: a.transposed ? "along" : "across",
    layoutB: b.transposed ? "across" : "along",
    vectorA: vectors && aligned(a, a.transposed ? m : k),
    vectorB: vectors && aligned(b, b.transposed ? k : n),
    vectorY: vectors && n % 4 === 0,
    ragged: k % chosen.k !== 0,
    bias: bias !== undefined,
    activation,
    residual: residual !== undefined,
    lengths: false,
  } as const;
  gpu.dispatch(
    gemmKernel(chosen, form),
    { a: a.tensor, b: b.tensor, y, ...epilogueTensors(bias, residual) },
    {
      ...{ m, n, k, batch, scale },
      ...{ a_stride: a.stride, a_offset: a.offset, a_batch: a.batch },
      ...{ b_stride: b.stride, b_offset: b.offset, b_batch: b.batch },
    },
    gpu.grid(tileCount(chosen, m, n, batch)),
  );
}

/** Records the thin product for at most 8 rows. */
function launchThin(
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
function aligned({ stride, offset, batch }: Operand, contiguous: number): boolean {
  return stride % 4 === 0 && offset % 4 === 0 && batch % 4 === 0 && contiguous % 4 === 0;
}

function batched(name: string, { tensor, offset, width: columns }: Columns, transposed: boolean) {
  if (tensor.shape.length < 2) {
    throw new GpuError("invalid", `matmul: ${name} must have at least two dimensions, got ${describe(tensor)}`);
  }
  const rows = tensor.shape[tensor.shape.length - 2];
  const stride = width(tensor);
  const operand: Operand = { tensor, stride, offset, batch: rows * stride, transposed };
  return { leading: tensor.shape.slice(0, -2), rows, columns, operand };
}
