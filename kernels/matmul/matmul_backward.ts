import { type Gpu, type GradientTarget, type Tensor, width } from "../gpu/mod.ts";
import type { Operand } from "./launch.ts";
import { addProducts, type ProductSum, type SummedOperand } from "./product_sum.ts";

/** What `matmul` multiplied: `batch` products of m × k by k × n; an operand with batch stride 0 served all of them. */
export interface MatmulRecord {
  readonly a: Operand;
  readonly b: Operand;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batch: number;
  readonly scale: number;
}

/**
 * The gradients of `matmul`, dc [batch, m, n] given: dA = scale·dC·op(B)ᵀ and dB = scale·op(A)ᵀ·dC, each in the order in which its
 * operand lies in memory, and summed over the batch where one operand served all of it.
 */
export function matmulBackward(
  gpu: Gpu,
  record: MatmulRecord,
  dc: Tensor,
  da: GradientTarget | undefined,
  db: GradientTarget | undefined,
): void {
  const { a, b, m, n, k } = record;
  const c: Operand = { tensor: dc, stride: width(dc), offset: 0, batch: m * n, transposed: false };
  if (da) {
    const sum = a.transposed
      ? summed(record, a, b, { ...c, transposed: true }, k, m, n) // op(B)·dCᵀ
      : summed(record, a, c, { ...b, transposed: !b.transposed }, m, k, n);
    addProducts(gpu, sum, da);
  }
  if (db) {
    const sum = b.transposed
      ? summed(record, b, { ...c, transposed: true }, a, n, k, m) // dCᵀ·op(A)
      : summed(record, b, { ...a, transposed: !a.transposed }, c, k, n, m);
    addProducts(gpu, sum, db);
  }
}

/** left·right, m × k by k × n: one product for each of the batch, or their sum where `operand` served all. */
function summed(
  { batch, scale }: MatmulRecord,
  operand: Operand,
  left: Operand,
  right: Operand,
  m: number,
  n: number,
  k: number,
): ProductSum {
  const shared = operand.batch === 0;
  const one = (x: Operand): SummedOperand => shared ? { ...x, batch: 0, part: x.batch } : { ...x, part: 0 };
  const sum = { a: one(left), b: one(right), m, n, k, scale };
  return shared ? { ...sum, batch: 1, parts: batch } : { ...sum, batch, parts: 1 };
}
