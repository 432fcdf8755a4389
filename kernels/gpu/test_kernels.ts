import { type Kernel, kernel, read, write } from "./kernel.ts";

/** y[i] = value: the smallest kernel that writes. */
export const fill: Kernel<{ count: "u32"; value: "f32" }, { y: ReturnType<typeof write> }> = kernel(
  "fill",
  { count: "u32", value: "f32" },
  { y: write() },
  `@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * 64u + local;
  if (i < params.count) { y[i] = params.value; }
}`,
);

/** y[i] += x[i]. */
export const accumulate: Kernel<
  { count: "u32" },
  { x: ReturnType<typeof read>; y: ReturnType<typeof write> }
> = kernel(
  "accumulate",
  { count: "u32" },
  { x: read(), y: write() },
  `@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < params.count) { y[id.x] += x[id.x]; }
}`,
);

/** A kernel whose fourth body line names something that does not exist. */
export const broken: Kernel<{ count: "u32" }, { y: ReturnType<typeof write> }> = kernel(
  "broken",
  { count: "u32" },
  { y: write() },
  `@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i < params.count) { y[i] = nonsense; }
}`,
);
