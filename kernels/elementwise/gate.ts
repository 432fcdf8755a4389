import {
  asColumns,
  type Columns,
  describe,
  type Gpu,
  kernel,
  read,
  rows,
  type Tensor,
  variants,
  width,
  write,
} from "../gpu/mod.ts";
import { SILU_WGSL } from "./activation.ts";
import { launchGateBackward } from "./gate_backward.ts";

const THREADS = 256;

/** One invocation an element of type `element` (vec4f where all widths and offsets are multiples of 4). */
const gateKernel = variants((element: "f32" | "vec4f") =>
  kernel(
    `gate ${element}`,
    { count: "u32", width: "u32", xStride: "u32", xOffset: "u32", zStride: "u32", zOffset: "u32" },
    { x: read(element), z: read(element), y: write(element) },
    `
${SILU_WGSL}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * ${THREADS}u + local;
  if (i >= params.count) { return; }
  let row = i / params.width;
  let column = i - row * params.width;
  let a = x[row * params.xStride + params.xOffset + column];
  let b = z[row * params.zStride + params.zOffset + column];
  y[i] = ${element === "f32" ? "a * silu4(vec4f(b)).x" : "a * silu4(b)"};
}`,
  )
);

/**
 * x ∘ SiLU(z), Mamba's gate. Both are tensors or columns of tensors with the same number of rows and columns; two column
 * ranges of one tensor will do. The result has x's shape (with the columns' width). Throws a RangeError when the sizes
 * differ.
 */
export function gate(gpu: Gpu, x: Tensor | Columns, z: Tensor | Columns): Tensor {
  const [a, b] = [asColumns(x), asColumns(z)];
  if (rows(a.tensor) !== rows(b.tensor) || a.width !== b.width) {
    throw new RangeError(
      `gate: ${a.width} columns of ${describe(a.tensor)} cannot be gated by ${b.width} of ${describe(b.tensor)}`,
    );
  }
  const y = gpu.tensor([...a.tensor.shape.slice(0, -1), a.width]);
  const sizes = {
    width: a.width,
    xStride: width(a.tensor),
    xOffset: a.offset,
    zStride: width(b.tensor),
    zOffset: b.offset,
  };
  const vector = Object.values(sizes).every((n) => n % 4 === 0);
  const unit = vector ? 4 : 1;
  const params = {
    width: sizes.width / unit,
    xStride: sizes.xStride / unit,
    xOffset: sizes.xOffset / unit,
    zStride: sizes.zStride / unit,
    zOffset: sizes.zOffset / unit,
  };
  const count = rows(a.tensor) * params.width;
  gpu.dispatch(
    gateKernel(vector ? "vec4f" : "f32"),
    { x: a.tensor, z: b.tensor, y },
    { count, ...params },
    gpu.grid(Math.ceil(count / THREADS)),
  );
  gpu.tape?.record("gate", [x, z], [y], [x, z], (tape) => {
    const dy = tape.gradientOf(y);
    if (dy) launchGateBackward(gpu, dy, a, b, { x: tape.gradientInto(x), z: tape.gradientInto(z) });
  });
  return y;
}
