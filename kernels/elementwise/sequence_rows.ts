import { expectShape, type Gpu, kernel, read, type Tensor, variants, write } from "../gpu/mod.ts";
import type { Lengths } from "../lengths.ts";

const THREADS = 256;

/** Start of a kernel in which each invocation has one element (`element`: f32 or vec4f) of row (batch, t). */
const header = `
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * ${THREADS}u + local;
  if (i >= params.count) { return; }
  let row = i / params.width;
  let column = i - row * params.width;
  let batch = row / params.time;
  let t = row - batch * params.time;`;

const maskKernel = variants((element: "f32" | "vec4f") =>
  kernel(
    `mask_rows ${element}`,
    { count: "u32", width: "u32", time: "u32" },
    { x: read(element), lengths: read("u32"), y: write(element) },
    `${header}
  var v = ${element}();
  if (t < lengths[batch]) { v = x[i]; }
  y[i] = v;
}`,
  )
);

const concatenateKernel = variants((element: "f32" | "vec4f") =>
  kernel(
    `concatenate_rows ${element}`,
    { count: "u32", width: "u32", time: "u32", timeA: "u32", timeB: "u32" },
    { a: read(element), lengths: read("u32"), b: read(element), y: write(element) },
    `${header}
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
  const [batch, time, d] = x.shape;
  const y = gpu.tensor(x.shape);
  const unit = d % 4 === 0 ? 4 : 1;
  const count = batch * time * d / unit;
  gpu.dispatch(
    maskKernel(unit === 4 ? "vec4f" : "f32"),
    { x, lengths: lengths.device, y },
    { count, width: d / unit, time },
    gpu.grid(Math.ceil(count / THREADS)),
  );
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
  gpu.dispatch(
    concatenateKernel(unit === 4 ? "vec4f" : "f32"),
    { a, lengths: lengthsA.device, b, y },
    { count, width: d / unit, time, timeA, timeB },
    gpu.grid(Math.ceil(count / THREADS)),
  );
  return y;
}
