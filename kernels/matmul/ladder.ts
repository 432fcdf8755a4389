import { expectShape, type Gpu, kernel, read, type Tensor, unroll, write } from "../gpu/mod.ts";

/**
 * The first rungs of the ladder to the tiled product (see README.md), for dense row-major operands. They are not used
 * but in tests and benchmarks: what the others are measured against.
 */
export type Rung = "naive" | "blocked";

const PARAMS = { m: "u32", n: "u32", k: "u32" } as const;

/** One output a thread, every operand from memory. */
const naiveKernel = kernel(
  "matmul naive",
  PARAMS,
  { a: read(), b: read(), y: write() },
  `
@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.n || id.y >= params.m) { return; }
  var sum = 0.0;
  for (var k = 0u; k < params.k; k++) { sum += a[id.y * params.k + k] * b[k * params.n + id.x]; }
  y[id.y * params.n + id.x] = sum;
}`,
);

/** One output a thread, operands shared by a workgroup in tiles of 16 × 16. */
const blockedKernel = kernel(
  "matmul blocked 16x16",
  PARAMS,
  { a: read(), b: read(), y: write() },
  `
var<workgroup> tile_a: array<f32, 256>;
var<workgroup> tile_b: array<f32, 256>;
@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let row = min(id.y, params.m - 1u) * params.k;
  let column = min(id.x, params.n - 1u);
  var sum = 0.0;
  for (var k0 = 0u; k0 < params.k; k0 += 16u) {
    tile_a[local.y * 16u + local.x] = select(0.0, a[row + k0 + local.x], k0 + local.x < params.k);
    tile_b[local.y * 16u + local.x] = select(0.0, b[(k0 + local.y) * params.n + column], k0 + local.y < params.k);
    workgroupBarrier();
    ${unroll(16, (k) => `sum += tile_a[local.y * 16u + ${k}u] * tile_b[${k * 16}u + local.x];`)}
    workgroupBarrier();
  }
  if (id.x < params.n && id.y < params.m) { y[id.y * params.n + id.x] = sum; }
}`,
);

/** y = a·b by one of the first rungs. a [m, k], b [k, n] → [m, n]. */
export function matmulRung(gpu: Gpu, rung: Rung, a: Tensor, b: Tensor): Tensor {
  const [m, k] = a.shape;
  const n = b.shape[1];
  expectShape("b", b, [k, -1]);
  const y = gpu.tensor([m, n]);
  const workgroups = [Math.ceil(n / 16), Math.ceil(m / 16)] as const;
  gpu.dispatch(rung === "naive" ? naiveKernel : blockedKernel, { a, b, y }, { m, n, k }, workgroups);
  return y;
}
