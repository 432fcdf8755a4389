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
import type { Activation } from "./epilogue.ts";
import { launchMatmul, launchThin, type Operand } from "./launch.ts";
import { linearBackward } from "./linear_backward.ts";
import { matmulBackward } from "./matmul_backward.ts";

/** Most rows that `linear` gives to the thin kernel. */
const THIN_ROWS = 8;

/**
 * y = activation(x·W + bias) + residual, summed in float32. x [..., k], weight [k, n], bias [n], residual like y
 * → y [..., n]. Up to 8 rows of x (a decoding step) are bound by reading W and get a kernel made for that. While a tape
 * records, the activation's argument is kept: the epilogue writes it beside y, which costs its bytes but no dispatch.
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
  const keeps = activation !== "none" && [x, weight, bias].some((input) => gpu.tape?.tracks(input));
  const pre = keeps ? gpu.tensor(shape) : undefined;
  if (m <= THIN_ROWS && !pre) launchThin(gpu, from, weight, bias, activation, residual, y);
  else {
    const a = { tensor: from.tensor, stride: width(from.tensor), offset: from.offset, batch: 0, transposed: false };
    const b = { tensor: weight, stride: n, offset: 0, batch: 0, transposed: false };
    launchMatmul(gpu, { a, b, y, m, n, k, batch: 1, scale: 1, bias, activation, residual, pre });
  }
  gpu.tape?.record("linear", [x, weight, bias, residual], [y], [x, weight, pre], (tape) => {
    const dy = tape.gradientOf(y);
    if (!dy) return;
    const targets = {
      x: tape.gradientInto(x),
      weight: tape.gradientInto(weight),
      bias: tape.gradientInto(bias),
    };
    linearBackward(gpu, { x: from, weight, activation, pre }, dy, targets);
    if (residual) tape.pass(y, residual);
  });
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
  const product = {
    a: { ...A.operand, batch: A.leading.length > 0 && !flat ? A.operand.batch : 0 },
    b: { ...B.operand, batch: B.leading.length > 0 ? B.operand.batch : 0 },
    m: flat ? m * batch : m,
    n,
    k,
    batch: flat ? 1 : batch,
    scale,
  };
  launchMatmul(gpu, { ...product, y, activation: "none" });
  gpu.tape?.record("matmul", [a, b], [y], [a, b], (tape) => {
    const dc = tape.gradientOf(y);
    if (dc) matmulBackward(gpu, product, dc, tape.gradientInto(a), tape.gradientInto(b));
  });
  return y;
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
