import { kernel, read, variants, write } from "../gpu/mod.ts";

/** Invocations of a workgroup of this kernel; it takes ROW_THREADS / lanes rows. */
export const ROW_THREADS = 64;

/**
 * ln Σ eˣ of every real row of logits [B, T, V] → totals [B, T], `lanes` (a power of two) invocations a row. Totals of
 * padding rows are zero, and what these hold is not read.
 */
export const rowTotalsKernel = variants((lanes: number) => {
  const steps: string[] = [];
  for (let apart = lanes / 2; apart >= 1; apart /= 2) {
    steps.push(`
  workgroupBarrier();
  if (lane < ${apart}u) { parts[local] = join(parts[local], parts[local + ${apart}u]); }`);
  }
  return kernel(
    `ctc row totals ${lanes}`,
    { rows: "u32", time: "u32", classes: "u32" },
    { logits: read(), lengths: read("u32"), totals: write() },
    `
/// Maximum and Σ e^(x − maximum) of what two invocations saw (Milakov and Gimelshein 2018).
fn join(a: vec2f, b: vec2f) -> vec2f {
  let peak = max(a.x, b.x);
  return vec2f(peak, a.y * exp(a.x - peak) + b.y * exp(b.x - peak));
}
var<workgroup> parts: array<vec2f, ${ROW_THREADS}>;
@compute @workgroup_size(${ROW_THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let lane = local % ${lanes}u;
  let flat = (group.y * groups.x + group.x) * ${ROW_THREADS / lanes}u + local / ${lanes}u;
  let row = min(flat, params.rows - 1u); // past the end: the last row again, of which nothing is written
  let batch = row / params.time;
  let real = row - batch * params.time < lengths[batch];
  let start = row * params.classes;
  var part = vec2f(-3.0e38, 0.0);
  for (var v = lane; v < params.classes && real; v += ${lanes}u) { part = join(part, vec2f(logits[start + v], 1.0)); }
  parts[local] = part;
  ${steps.join("\n")}
  if (lane == 0u && flat < params.rows) {
    let all = parts[local];
    totals[row] = select(0.0, all.x + log(all.y), real);
  }
}`,
  );
});

/** Invocations a row of so many classes. */
export function lanesFor(classes: number): number {
  let lanes = 4;
  while (lanes < ROW_THREADS && lanes * 4 < classes) lanes *= 2;
  return lanes;
}
