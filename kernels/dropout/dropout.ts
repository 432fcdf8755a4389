import {
  type Binding,
  expectShape,
  type Gpu,
  type Kernel,
  kernel,
  type ParamType,
  read,
  size,
  type Tape,
  type Tensor,
  variants,
  write,
} from "../gpu/mod.ts";
import { maskFunction, type MaskParams, maskParams } from "./mask.ts";

const THREADS = 256;

/** y (+)= [residual +] x / (1 − rate) where the mask keeps it. One invocation an element or vec4. */
const dropoutKernel = variants(
  (element: "f32" | "vec4f", residual: boolean): Kernel<Record<string, ParamType>, Record<string, Binding>> => {
    const index = element === "f32" ? "i" : "(4u * i + vec4u(0u, 1u, 2u, 3u))";
    return kernel(
      `dropout ${residual ? "add " : ""}${element}`,
      { count: "u32", first: "u32", second: "u32", threshold: "u32", factor: "f32", accumulate: "u32" },
      { x: read(element), ...(residual ? { residual: read(element) } : {}), y: write(element) },
      `
${maskFunction(element === "f32" ? "u32" : "vec4u")}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * ${THREADS}u + local;
  if (i >= params.count) { return; }
  var value = select(${element}(), params.factor * x[i], kept(${index}));
  ${residual ? "value += residual[i];" : ""}
  if (params.accumulate != 0u) { value += y[i]; }
  y[i] = value;
}`,
    );
  },
);

function launch(gpu: Gpu, x: Tensor, residual: Tensor | undefined, mask: Mask, y: Tensor, accumulate: boolean): void {
  const unit = size(x) % 4 === 0 ? 4 : 1;
  const count = size(x) / unit;
  gpu.dispatch(
    dropoutKernel(unit === 4 ? "vec4f" : "f32", residual !== undefined),
    { x, ...(residual ? { residual } : {}), y },
    { count, ...mask, accumulate: Number(accumulate) },
    gpu.grid(Math.ceil(count / THREADS)),
  );
}

interface Mask extends MaskParams {
  /** What the kept elements are multiplied by. */
  readonly factor: number;
}

/** Each element by the element's mask: 0 with probability `rate`, else 1 / (1 − rate) (Srivastava et al. 2014, inverted). */
function maskOf(rate: number, key: number): Mask {
  return { ...maskParams(rate, key), factor: 1 / (1 - rate) };
}

/** The gradient of what was dropped out of, by the same mask. */
function passMasked(gpu: Gpu, tape: Tape, y: Tensor, x: Tensor, mask: Mask): void {
  const dy = tape.gradientOf(y);
  const target = tape.gradientInto(x);
  if (dy && target) launch(gpu, dy, undefined, mask, target.into.tensor, target.accumulate);
}

/**
 * x with each element dropped (zero) with probability `rate`, in [0, 1), and the others divided by 1 − rate. The mask follows
 * from `key`, a u32, and the element's index alone: give every use in every step another key. Throws a RangeError otherwise.
 */
export function dropout(gpu: Gpu, x: Tensor, rate: number, key: number): Tensor {
  const mask = maskOf(rate, key);
  const y = gpu.tensor(x.shape);
  launch(gpu, x, undefined, mask, y, false);
  gpu.tape?.record("dropout", [x], [y], [], (tape) => passMasked(gpu, tape, y, x, mask));
  return y;
}

/** residual + dropout(branch), of one shape, in one pass over both; see `dropout`. */
export function dropoutAdd(gpu: Gpu, branch: Tensor, residual: Tensor, rate: number, key: number): Tensor {
  const mask = maskOf(rate, key);
  expectShape("dropoutAdd's residual", residual, branch.shape);
  const y = gpu.tensor(branch.shape);
  launch(gpu, branch, residual, mask, y, false);
  gpu.tape?.record("dropout add", [branch, residual], [y], [], (tape) => {
    passMasked(gpu, tape, y, branch, mask);
    tape.pass(y, residual);
  });
  return y;
}
