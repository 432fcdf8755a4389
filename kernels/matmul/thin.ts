import { type Kernel, kernel, read, unroll, variants, write } from "../gpu/mod.ts";
import { type Activation, epilogueBindings, epilogueName, epilogueWgsl } from "./epilogue.ts";

/** Columns of one workgroup. */
export const THIN_COLUMNS = 32;

/**
 * y = epilogue(x·W) for a few rows of x: bound by reading W once. 32 threads take 32 neighbouring columns of W;
 * `slices` such groups share k and add up their sums in workgroup memory. `rows` (1, 2, 4 or 8) is a thread's number of
 * sums. `vector`: x is array<vec4f>, its stride, offset and k are multiples of 4.
 */
export const thinKernel = variants((
  rows: number,
  slices: number,
  vector: boolean,
  bias: boolean,
  activation: Activation,
  residual: boolean,
): Kernel => {
  const epilogue = { bias, activation, residual };
  const threads = THIN_COLUMNS * slices;
  const x = (r: number) =>
    vector
      ? `x[(x${r} + k) / 4u]`
      : `vec4f(${[0, 1, 2, 3].map((j) => `select(0.0, x[x${r} + k + ${j}u], k + ${j}u < params.k)`).join(", ")})`;
  const w = (j: number) => {
    const value = `w[(k + ${j}u) * params.n + column]`;
    return vector ? value : `select(0.0, ${value}, k + ${j}u < params.k)`;
  };
  return kernel(
    `matmul thin ${rows}x${slices} ${vector ? 4 : 1}${epilogueName(epilogue)}`,
    { m: "u32", n: "u32", k: "u32", x_stride: "u32", x_offset: "u32" },
    { x: read(vector ? "vec4f" : "f32"), w: read(), ...epilogueBindings(epilogue, "f32"), y: write() },
    `
${epilogueWgsl(epilogue, "f32", false)}
var<workgroup> sums: array<f32, ${threads * rows}>;

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let column0 = group.x * ${THIN_COLUMNS}u;
  let column = min(column0 + local % ${THIN_COLUMNS}u, params.n - 1u);
  let slice = local / ${THIN_COLUMNS}u;
  ${
      unroll(rows, (r) =>
        `let x${r} = params.x_offset + min(${r}u, params.m - 1u) * params.x_stride; var sum${r} = 0.0;`)
    }
  for (var k = slice * 4u; k < params.k; k += ${4 * slices}u) {
    let weights = vec4f(${[0, 1, 2, 3].map(w).join(", ")});
    ${unroll(rows, (r) => `sum${r} += dot(${x(r)}, weights);`)}
  }
  ${unroll(rows, (r) => `sums[${r * threads}u + local] = sum${r};`)}
  workgroupBarrier();
  for (var i = local; i < ${rows * THIN_COLUMNS}u; i += ${threads}u) {
    let row = i / ${THIN_COLUMNS}u;
    let target_column = column0 + i % ${THIN_COLUMNS}u;
    let from_sum = row * ${threads}u + i % ${THIN_COLUMNS}u;
    var sum = 0.0;
    ${unroll(slices, (s) => `sum += sums[from_sum + ${s * THIN_COLUMNS}u];`)}
    if (row < params.m && target_column < params.n) {
      let at = row * params.n + target_column;
      y[at] = epilogue(at, target_column, sum);
    }
  }
}`,
  );
});
