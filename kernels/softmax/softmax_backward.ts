import {
  type Gpu,
  type GradientTarget,
  kernel,
  read,
  reduceWorkgroup,
  rows,
  type Tensor,
  variants,
  width,
  write,
} from "../gpu/mod.ts";
import { rowElements, rowRegisters, rowThreads } from "./row_elements.ts";

/** Elements of y and of dy that one invocation keeps in registers, at most; longer rows are read twice. */
const LARGEST_CACHE = 8;

/** One workgroup a row. softmax: y (dy − Σ y dy); its logarithm: dy − eʸ Σ dy. */
const backwardKernel = variants((threads: number, kept: number, logarithm: boolean) => {
  const row = rowElements(threads, kept, ["y", "dy"]);
  return kernel(
    `${logarithm ? "log_softmax" : "softmax"} backward ${threads}×${kept}`,
    { rows: "u32", width: "u32", accumulate: "u32" },
    { y: read(), dy: read(), dx: write() },
    `
var<workgroup> sums: array<f32, ${threads}>;
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let row = group.y * groups.x + group.x;
  if (row >= params.rows) { return; }
  let start = row * params.width;
  ${row.load}
  var sum = 0.0;
  ${row.each((_, of) => `sum += ${logarithm ? of("dy") : `${of("y")} * ${of("dy")}`};`)}
  sums[local] = sum;
  ${reduceWorkgroup("sums", "local", threads, (a, b) => `${a} + ${b}`)}
  let total = sums[0];
  ${
      row.each((index, of) => `
    var value = ${logarithm ? `${of("dy")} - exp(${of("y")}) * total` : `${of("y")} * (${of("dy")} - total)`};
    if (params.accumulate != 0u) { value += dx[start + ${index}]; }
    dx[start + ${index}] = value;`)
    }
}`,
  );
});

/** The gradient of `softmax` (or `logSoftmax`), whose result is y, into `target`. `most` 0 forces reading rows twice. */
export function launchSoftmaxBackward(
  gpu: Gpu,
  y: Tensor,
  dy: Tensor,
  target: GradientTarget,
  logarithm: boolean,
  most = LARGEST_CACHE,
): void {
  const n = width(y);
  const threads = rowThreads(gpu, n);
  gpu.dispatch(
    backwardKernel(threads, rowRegisters(n, threads, most), logarithm),
    { y, dy, dx: target.into.tensor },
    { rows: rows(y), width: n, accumulate: Number(target.accumulate) },
    gpu.grid(n === 0 ? 0 : rows(y)),
  );
}
