import { describe, type Gpu, kernel, read, rows, type Tensor, unroll, variants, width, write } from "../gpu/mod.ts";

/** Elements that an invocation loads before it compares: independent loads hide their latency. */
const AHEAD = 4;

/**
 * `lanes` (a power of two) invocations a row, `threads` / `lanes` rows a workgroup: a few rows of a large vocabulary and
 * many rows of a small one use the same kernel. Floats are compared as integers of the same order, in which NaN is the
 * least: no comparison depends on how a compiler treats NaN.
 */
const argmaxKernel = variants((lanes: number, threads: number) => {
  const steps: string[] = [];
  for (let apart = lanes / 2; apart >= 1; apart /= 2) {
    steps.push(`
  workgroupBarrier();
  if (lane < ${apart}u) {
    let other = keys[local + ${apart}u];
    let index = indices[local + ${apart}u];
    if (other > key || (other == key && index < best)) { key = other; best = index; }
    keys[local] = key;
    indices[local] = best;
  }`);
  }
  return kernel(
    `argmax ${lanes} of ${threads}`,
    { rows: "u32", width: "u32" },
    { x: read("u32"), y: write("u32") },
    `
${
      lanes > 1
        ? `var<workgroup> keys: array<u32, ${threads}>;
var<workgroup> indices: array<u32, ${threads}>;`
        : ""
    }

/// An integer ordered as the float of these bits; −0 is 0, NaN is 0, below −∞.
fn ordered(bits: u32) -> u32 {
  let magnitude = bits & 0x7fffffffu;
  var key = bits ^ select(0x80000000u, 0xffffffffu, bits > 0x80000000u);
  if (magnitude == 0u) { key = 0x80000000u; }
  return select(key, 0u, magnitude > 0x7f800000u);
}

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let lane = local % ${lanes}u;
  let row = (group.y * groups.x + group.x) * ${threads / lanes}u + local / ${lanes}u;
  let start = min(row, params.rows - 1u) * params.width;
  let last = params.width - 1u;
  var key = 0u;
  var best = 0u;
  for (var i = lane; i < params.width; i += ${AHEAD * lanes}u) {
    // Past the end the last element again: it never beats itself.
    ${unroll(AHEAD, (k) => `let k${k} = ordered(x[start + min(i + ${k * lanes}u, last)]);`)}
    ${unroll(AHEAD, (k) => `if (k${k} > key) { key = k${k}; best = min(i + ${k * lanes}u, last); }`)}
  }
  ${lanes > 1 ? "keys[local] = key;\n  indices[local] = best;" : ""}
  ${steps.join("\n")}
  if (lane == 0u && row < params.rows) { y[row] = best; }
}`,
  );
});

/** How a row is shared out: invocations a row, and invocations a workgroup. */
export interface ArgmaxVariant {
  readonly lanes: number;
  readonly threads: number;
}

function chooseVariant(gpu: Gpu, count: number, n: number): ArgmaxVariant {
  const software = gpu.adapter.isSoftware;
  // Long rows of which there are few get all the invocations that a workgroup may have.
  const most = software ? 64 : count < 1024 ? Math.min(1024, gpu.limits.maxComputeInvocationsPerWorkgroup) : 256;
  let lanes = 1;
  while (lanes < most && lanes * (software ? 64 : 2 * AHEAD) < n) lanes *= 2;
  return { lanes, threads: Math.max(lanes, software ? 64 : 256) };
}

/**
 * Index of the largest element of each row: x [..., n] → u32 [...]. The lowest index wins ties, and NaN never wins: a row of
 * nothing else gives 0. Throws a RangeError when rows are empty.
 */
export function argmax(
  gpu: Gpu,
  x: Tensor,
  variant: ArgmaxVariant = chooseVariant(gpu, rows(x), width(x)),
): Tensor & { readonly type: "u32" } {
  if (width(x) === 0 || x.shape.length === 0) throw new RangeError(`argmax: ${describe(x)} has no elements in a row`);
  const y = gpu.tensor(x.shape.slice(0, -1), "u32");
  const { lanes, threads } = variant;
  gpu.dispatch(
    argmaxKernel(lanes, threads),
    { x, y },
    { rows: rows(x), width: width(x) },
    gpu.grid(Math.ceil(rows(x) / (threads / lanes))),
  );
  return { ...y, type: "u32" };
}
