import { launchEmbeddingBackward, launchGatherRowsBackward } from "./embedding_backward.ts";
import { expectShape, type Gpu, kernel, read, rows, size, type Tensor, variants, width, write } from "../gpu/mod.ts";

const THREADS = 256;
/** Bits of a NaN; a constant of that value would not compile. */
const NAN_BITS = 0x7fc00000;

/**
 * Row r of y is row r · stride + index[r] of x, or NaN when index[r] ≥ limit. One invocation an element of type `element`.
 */
const rowsKernel = variants((name: string, element: "f32" | "vec4f") =>
  kernel(
    `${name} ${element}`,
    { count: "u32", width: "u32", stride: "u32", limit: "u32", nan: "u32" },
    { x: read(element), index: read("u32"), y: write(element) },
    `
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * ${THREADS}u + local;
  if (i >= params.count) { return; }
  let row = i / params.width;
  let chosen = index[row];
  var v = ${element}(bitcast<f32>(params.nan));
  if (chosen < params.limit) { v = x[(row * params.stride + chosen) * params.width + i - row * params.width]; }
  y[i] = v;
}`,
  )
);

function copyRows(gpu: Gpu, name: string, x: Tensor, index: Tensor, stride: number, limit: number): Tensor {
  if (index.type !== "u32") throw new RangeError(`${name}: indices are ${index.type}, not u32`);
  const d = width(x);
  const y = gpu.tensor([...index.shape, d]);
  const unit = d % 4 === 0 ? 4 : 1;
  const count = size(y) / unit;
  gpu.dispatch(
    rowsKernel(name, unit === 4 ? "vec4f" : "f32"),
    { x, index, y },
    { count, width: d / unit, stride, limit, nan: NAN_BITS },
    gpu.grid(Math.ceil(count / THREADS)),
  );
  return y;
}

/**
 * Rows of a table: table [V, d], tokens u32 [...] (such as [B, T]) → [..., d]. A token that is not below V gives a row of
 * NaN: such a token is a bug elsewhere, and a clamped one would hide it. In the table's gradient it counts for nothing.
 */
export function embedding(gpu: Gpu, table: Tensor, tokens: Tensor): Tensor {
  expectShape("embedding's table", table, [-1, -1]);
  const y = copyRows(gpu, "embedding", table, tokens, 0, rows(table));
  gpu.tape?.record("embedding", [table], [y], [tokens], (tape) => {
    const dy = tape.gradientOf(y);
    const target = tape.gradientInto(table);
    if (dy && target) launchEmbeddingBackward(gpu, dy, tokens, target);
  });
  return y;
}

/**
 * One row of each sequence: x [B, T, d], index u32 [B] → [B, d], such as each sequence's last real row. An index that is
 * not below T gives a row of NaN.
 */
export function gatherRows(gpu: Gpu, x: Tensor, index: Tensor): Tensor {
  expectShape("gatherRows", x, [-1, -1, -1]);
  const [batch, time] = x.shape;
  expectShape("gatherRows' index", index, [batch]);
  const y = copyRows(gpu, "gather_rows", x, index, time, time);
  gpu.tape?.record("gather_rows", [x], [y], [index], (tape) => {
    const dy = tape.gradientOf(y);
    const target = tape.gradientInto(x);
    if (dy && target) launchGatherRowsBackward(gpu, dy, index, target);
  });
  return y;
}
