import { expectShape, type Gpu, kernel, read, type Tape, type Tensor, variants, write } from "../gpu/mod.ts";
import type { Lengths } from "../lengths.ts";
import { type Direction, type RowRange, shiftRows } from "./shift_rows.ts";

const THREADS = 256;

/** One invocation an element (f32 or vec4f) of the result. */
const concatenateKernel = variants((element: "f32" | "vec4f") =>
  kernel(
    `concatenate_rows ${element}`,
    { count: "u32", width: "u32", time: "u32", timeA: "u32", timeB: "u32" },
    { a: read(element), lengths: read("u32"), b: read(element), y: write(element) },
    `
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * ${THREADS}u + local;
  if (i >= params.count) { return; }
  let row = i / params.width;
  let column = i - row * params.width;
  let batch = row / params.time;
  let t = row - batch * params.time;
  let length = lengths[batch];
  var v = ${element}();
  if (t < length) { v = a[(batch * params.timeA + t) * params.width + column]; }
  else if (t - length < params.timeB) { v = b[(batch * params.timeB + t - length) * params.width + column]; }
  y[i] = v;
}`,
  )
);

/** Copies x [B, T, d] with rows t ≥ lengths[b] set to zero, whatever they hold. */
export function maskRows(gpu: Gpu, x: Tensor, lengths: Lengths): Tensor {
  expectShape(`maskRows with ${lengths.host.length} lengths`, x, [lengths.host.length, -1, -1]);
  const limit = lengths.device;
  const y = gpu.tensor(x.shape);
  shiftRows(gpu, "take", x, { limit }, y);
  gpu.tape?.record("mask_rows", [x], [y], [limit], (tape) => passRows(gpu, tape, y, "take", { limit }, x));
  return y;
}

/**
 * [a; b] in time, without a gap: a [B, Ta, d] with its lengths, b [B, Tb, d] → [B, Ta + Tb, d], where sequence i holds the
 * first lengthsA[i] rows of a, then all rows of b, then zeros.
 */
export function concatenateRows(gpu: Gpu, a: Tensor, lengthsA: Lengths, b: Tensor): Tensor {
  expectShape(`concatenateRows with ${lengthsA.host.length} lengths`, a, [lengthsA.host.length, -1, -1]);
  const [batch, timeA, d] = a.shape;
  expectShape("concatenateRows' second part", b, [batch, -1, d]);
  const timeB = b.shape[1];
  const time = timeA + timeB;
  const y = gpu.tensor([batch, time, d]);
  const unit = d % 4 === 0 ? 4 : 1;
  const count = batch * time * d / unit;
  const end = lengthsA.device;
  gpu.dispatch(
    concatenateKernel(unit === 4 ? "vec4f" : "f32"),
    { a, lengths: end, b, y },
    { count, width: d / unit, time, timeA, timeB },
    gpu.grid(Math.ceil(count / THREADS)),
  );
  gpu.tape?.record("concatenate_rows", [a, b], [y], [end], (tape) => {
    passRows(gpu, tape, y, "take", { limit: end }, a);
    passRows(gpu, tape, y, "take", { start: end }, b);
  });
  return y;
}

/**
 * `count` rows of each sequence, from its start on: x [B, T, d] → [B, count, d], whose row u of sequence b is row
 * start[b] + u of x, or zeros where u ≥ lengths[b] or x has no such row. Gives back what `concatenateRows` put behind.
 */
export function takeRows(gpu: Gpu, x: Tensor, start: Lengths, count: number, lengths?: Lengths): Tensor {
  const batch = start.host.length;
  expectShape(`takeRows with ${batch} starts`, x, [batch, -1, -1]);
  if (lengths) expectShape(`takeRows' lengths for ${batch} sequences`, lengths.device, [batch]);
  const range = { start: start.device, limit: lengths?.device };
  const y = gpu.tensor([batch, count, x.shape[2]]);
  shiftRows(gpu, "take", x, range, y);
  gpu.tape?.record("take_rows", [x], [y], [range.start, range.limit], (tape) => {
    passRows(gpu, tape, y, "place", range, x);
  });
  return y;
}

/** Hands the rows of y's gradient on to x's. */
function passRows(gpu: Gpu, tape: Tape, y: Tensor, direction: Direction, range: RowRange, x: Tensor): void {
  const dy = tape.gradientOf(y);
  const target = tape.gradientInto(x);
  if (dy && target) shiftRows(gpu, direction, dy, range, target.into.tensor, target.accumulate);
}
