import { type Gpu, kernel, read, size, type Tensor, write } from "../gpu/mod.ts";
import { logSumExp } from "./problem.ts";

const combineParams = { count: "u32", quads_per_head: "u32", parts: "u32" } as const;
const combineBindings = { sums: read("vec4f"), stats: read("vec2f"), out: write("vec4f") };

/** One invocation a vec4 of the output: the parts' weighted sums, brought to their common largest score. */
const combineBody = (kept: boolean) => `
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * 64u + local;
  if (i >= params.count) { return; }
  let row = i / params.quads_per_head; // of [B, Tq, H]
  let rows = params.count / params.quads_per_head;
  var largest = stats[row].x;
  for (var part = 1u; part < params.parts; part++) { largest = max(largest, stats[part * rows + row].x); }
  var sum = vec4f();
  var total = 0.0;
  for (var part = 0u; part < params.parts; part++) {
    let stat = stats[part * rows + row];
    let weight = exp2(stat.x - largest);
    sum += weight * sums[part * params.count + i];
    total += weight * stat.y;
  }
  out[i] = sum * select(0.0, 1.0 / total, total > 0.0);${
  kept ? `\n  if (i % params.quads_per_head == 0u) { lse[row] = ${logSumExp("largest", "total")}; }` : ""
}
}`;

const combineKernel = kernel("flash attention combine", combineParams, combineBindings, combineBody(false));
const combineKeptKernel = kernel(
  "flash attention combine with sums",
  combineParams,
  { ...combineBindings, lse: write() },
  combineBody(true),
);

/**
 * Puts together what workgroups computed for different parts of the keys. sums [parts, B·Tq, H·dh] holds Σ 2^(s − m) v,
 * stats [parts, B·Tq, H, 2] each part's m and Σ 2^(s − m); fills out [B, Tq, H·dh], and lse [B, Tq, H] where given.
 */
export function combineParts(
  gpu: Gpu,
  sums: Tensor,
  stats: Tensor,
  out: Tensor,
  parts: number,
  headSize: number,
  lse?: Tensor,
): void {
  const count = size(out) / 4;
  const params = { count, quads_per_head: headSize / 4, parts };
  const groups = gpu.grid(Math.ceil(count / 64));
  if (lse) gpu.dispatch(combineKeptKernel, { sums, stats, out, lse }, params, groups);
  else gpu.dispatch(combineKernel, { sums, stats, out }, params, groups);
}
