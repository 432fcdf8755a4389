import {
  type Binding,
  describe,
  expectShape,
  type Gpu,
  type Kernel,
  kernel,
  read,
  reduceWorkgroup,
  size,
  type Tensor,
  variants,
  width,
  write,
} from "../gpu/mod.ts";
import { isFiniteF32, STATUS } from "./status.ts";

const THREADS = 256;

type SumParams = { count: "u32"; at: "u32" };

const sumKernel: (type: "f32" | "u32", flags: boolean) => Kernel<SumParams, Record<string, Binding>> = variants(
  (type, flags) =>
    kernel(
      `sum into history ${type}${flags ? " flags" : ""}`,
      { count: "u32", at: "u32" },
      { values: read(type), history: write(), ...(flags ? { status: write("u32") } : {}) },
      `
var<workgroup> sums: array<f32, ${THREADS}>;
@compute @workgroup_size(${THREADS})
fn main(@builtin(local_invocation_index) local: u32) {
  var sum = 0.0;
  for (var i = local; i < params.count; i += ${THREADS}u) { sum += f32(values[i]); }
  sums[local] = sum;
  ${reduceWorkgroup("sums", "local", THREADS, (a, b) => `${a} + ${b}`)}
  if (local != 0u) { return; }
  history[params.at] = sums[0];
  ${flags ? `if (!${isFiniteF32("sums[0]")}) { status[${STATUS.flagged}] = 1u; }` : ""}
}`,
    ),
);

/**
 * Writes the sum of a tensor, f32 or u32, into one element of history [steps, columns], so that the figures of many steps
 * are read back at once. With the optimizer's `status`, a sum that is not finite flags the step: `adamW` skips it. One
 * workgroup in a fixed order: for a batch's losses and counts, not for large tensors. Throws a RangeError when the element
 * is outside.
 */
export function sumInto(gpu: Gpu, values: Tensor, history: Tensor, row: number, column: number, status?: Tensor): void {
  expectShape("sumInto's history", history, [-1, -1]);
  if (!(row >= 0 && row < history.shape[0] && column >= 0 && column < width(history))) {
    throw new RangeError(`sumInto: row ${row}, column ${column} is outside ${describe(history)}`);
  }
  gpu.dispatch(
    sumKernel(values.type, status !== undefined),
    { values, history, ...(status ? { status } : {}) },
    { count: size(values), at: row * width(history) + column },
    [1],
  );
}
