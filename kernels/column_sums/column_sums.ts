import { type Gpu, type GradientTarget, kernel, read, rows, type Tensor, unroll, width, write } from "../gpu/mod.ts";
import { addPartials } from "./add_partials.ts";
import { partialSums } from "./deferred.ts";

const COLUMNS = 32;
const SLICES = 8;
/** Most parts that the rows are summed in: enough to fill a large GPU also where there are few columns. */
const MOST_PARTS = 128;

/** Sums of `chunk` rows: 32 neighbouring columns and 8 slices of the rows a workgroup. */
const partialKernel = kernel(
  "column sums",
  { rows: "u32", width: "u32", chunk: "u32", across: "u32", parts: "u32" },
  { x: read(), partials: write() },
  `
var<workgroup> sums: array<f32, ${COLUMNS * SLICES}>;
@compute @workgroup_size(${COLUMNS * SLICES})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let flat = group.y * groups.x + group.x;
  let part = flat / params.across;
  if (part >= params.parts) { return; }
  let column = (flat - part * params.across) * ${COLUMNS}u + local % ${COLUMNS}u;
  let end = min((part + 1u) * params.chunk, params.rows);
  var sum = 0.0;
  for (var row = part * params.chunk + local / ${COLUMNS}u; row < end; row += ${SLICES}u) {
    sum += x[row * params.width + min(column, params.width - 1u)];
  }
  sums[local] = sum;
  workgroupBarrier();
  if (local < ${COLUMNS}u && column < params.width) {
    ${unroll(SLICES - 1, (i) => `sum += sums[local + ${(i + 1) * COLUMNS}u];`)}
    partials[part * params.width + column] = sum;
  }
}`,
);

/**
 * target (+)= Σ over all rows of x [..., n]: the gradient of a bias, in two dispatches and the same order every time. What
 * comes with the gradient of a matrix is cheaper from there (see `GemmForm.columnSums`).
 */
export function columnSums(gpu: Gpu, x: Tensor, target: GradientTarget): void {
  const [count, n] = [rows(x), width(x)];
  const chunk = Math.max(SLICES, Math.ceil(count / MOST_PARTS));
  const parts = Math.max(1, Math.ceil(count / chunk));
  const across = Math.ceil(n / COLUMNS);
  const partials = partialSums(gpu, [parts, 1, n]);
  gpu.dispatch(
    partialKernel,
    { x, partials },
    { rows: count, width: n, chunk, across, parts },
    gpu.grid(parts * across),
  );
  addPartials(gpu, partials, [{ rows: 1, target }]);
}
