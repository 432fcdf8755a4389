import { asColumns, type Columns, type Gpu, kernel, read, rows, type Tensor, width, write } from "../gpu/mod.ts";
import type { Lengths } from "../lengths.ts";

const appendKernel = kernel(
  "append_rows",
  {
    rows: "u32",
    rowsPerSequence: "u32",
    width: "u32",
    stride: "u32",
    offset: "u32",
    capacity: "u32",
    cacheWidth: "u32",
    position: "u32",
  },
  { x: read(), start: read("u32"), cache: write() },
  `
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let row = group.y * groups.x + group.x;
  if (row >= params.rows) { return; }
  let sequence = row / params.rowsPerSequence;
  let to = start[sequence] + params.position + row % params.rowsPerSequence;
  if (to >= params.capacity) { return; } // rows of padding behind a shorter sequence
  for (var i = local; i < params.width; i += 64u) {
    cache[(sequence * params.capacity + to) * params.cacheWidth + i] = x[row * params.stride + params.offset + i];
  }
}`,
);

/**
 * Writes x [B, U, w] into cache [B, M, w] at rows start[b] + position … of each sequence, in place: how keys and values
 * of new tokens join those of the past. Rows that would fall behind the cache's end are dropped.
 */
export function appendRows(gpu: Gpu, x: Tensor | Columns, cache: Tensor, start: Lengths, position: number): void {
  const from = asColumns(x);
  const [batch, rowsPerSequence] = from.tensor.shape;
  if (cache.shape[0] !== batch || width(cache) !== from.width) {
    throw new RangeError(`append_rows: [${batch}, …, ${from.width}] does not go into [${cache.shape.join(", ")}]`);
  }
  const count = rows(from.tensor);
  gpu.dispatch(appendKernel, { x: from.tensor, start: start.device, cache }, {
    rows: count,
    rowsPerSequence,
    width: from.width,
    stride: width(from.tensor),
    offset: from.offset,
    capacity: cache.shape[1],
    cacheWidth: width(cache),
    position,
  }, gpu.grid(count));
}

const offsetKernel = kernel(
  "offset_lengths",
  { count: "u32", by: "u32" },
  { lengths: read("u32"), moved: write("u32") },
  `
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < params.count) { moved[id.x] = lengths[id.x] + params.by; }
}`,
);

/** Lengths that are all `by` longer, made on the device: a decoding step must not wait for an upload. */
export function offsetLengths(gpu: Gpu, lengths: Lengths, by: number): Lengths {
  const count = lengths.host.length;
  const device = gpu.tensor([count], "u32");
  gpu.dispatch(offsetKernel, { lengths: lengths.device, moved: device }, { count, by }, [Math.ceil(count / 64)]);
  return { host: lengths.host.map((n) => n + by), device };
}
