import {
  type Binding,
  type Gpu,
  type Kernel,
  kernel,
  type ParamType,
  read,
  size,
  type Tensor,
  variants,
  width,
  write,
} from "../gpu/mod.ts";

const THREADS = 256;

/** Whether rows from `start` on move to the front, or rows at the front move to `start`. */
export type Direction = "take" | "place";

/** Where a sequence's rows lie, and how many are real: u32 [B] each; 0 and all rows where absent. */
export interface RowRange {
  readonly start?: Tensor | undefined;
  readonly limit?: Tensor | undefined;
}

/** One invocation an element (f32 or vec4f) of y. What is not moved is zero, and not read. */
const shiftKernel = variants((
  direction: Direction,
  element: "f32" | "vec4f",
  started: boolean,
  limited: boolean,
): Kernel<Record<string, ParamType>, Record<string, Binding>> => {
  const start = started ? "start[batch]" : "0u";
  const limit = limited ? "limit[batch]" : "0xffffffffu";
  return kernel(
    `${direction}_rows ${element}${started ? " from starts" : ""}${limited ? " up to lengths" : ""}`,
    { count: "u32", width: "u32", time: "u32", time_x: "u32", accumulate: "u32" },
    {
      x: read(element),
      ...(started ? { start: read("u32") } : {}),
      ...(limited ? { limit: read("u32") } : {}),
      y: write(element),
    },
    `
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * ${THREADS}u + local;
  if (i >= params.count) { return; }
  let row = i / params.width;
  let batch = row / params.time;
  let t = row - batch * params.time;
  ${
      direction === "take"
        ? `let from_row = t + ${start};
  let moved = t < ${limit} && from_row < params.time_x;`
        : `let from_row = t - ${start}; // wraps round before the start, to what no sequence holds
  let moved = from_row < min(params.time_x, ${limit});`
    }
  var value = ${element}();
  if (moved) { value = x[(batch * params.time_x + from_row) * params.width + i - row * params.width]; }
  if (params.accumulate == 0u) { y[i] = value; } else if (moved) { y[i] += value; }
}`,
  );
});

/**
 * "take": row t of sequence b of y [B, T, d] is row start[b] + t of x [B, Tx, d], for t < limit[b]. "place": row start[b] + t of
 * y is row t of x, for t < limit[b]. Other rows are zero. With `accumulate` they are added to y.
 */
export function shiftRows(
  gpu: Gpu,
  direction: Direction,
  x: Tensor,
  { start, limit }: RowRange,
  y: Tensor,
  accumulate = false,
): void {
  const d = width(y);
  const unit = d % 4 === 0 ? 4 : 1;
  const count = size(y) / unit;
  gpu.dispatch(
    shiftKernel(direction, unit === 4 ? "vec4f" : "f32", start !== undefined, limit !== undefined),
    { x, ...(start ? { start } : {}), ...(limit ? { limit } : {}), y },
    { count, width: d / unit, time: y.shape[1], time_x: x.shape[1], accumulate: Number(accumulate) },
    gpu.grid(Math.ceil(count / THREADS)),
  );
}
