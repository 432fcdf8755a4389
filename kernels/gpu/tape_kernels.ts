import { type Kernel, kernel, read, variants, write } from "./kernel.ts";

const THREADS = 256;

const start = `
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * ${THREADS}u + local;
  if (i >= params.count) { return; }`;

/** Elements (or vec4s) that a workgroup of these kernels takes. */
export const TAPE_THREADS = THREADS;

/** sum += term. */
export const addKernel: (
  element: "f32" | "vec4f",
) => Kernel<{ count: "u32" }, { term: ReturnType<typeof read>; sum: ReturnType<typeof write> }> = variants((element) =>
  kernel(
    `add gradient ${element}`,
    { count: "u32" },
    { term: read(element), sum: write(element) },
    `${start}
  sum[i] += term[i];
}`,
  )
);

/** Zero in columns [at, at + width) of rows of `stride` elements. */
export const zeroColumnsKernel: Kernel<
  { count: "u32"; width: "u32"; stride: "u32"; at: "u32" },
  { x: ReturnType<typeof write> }
> = kernel(
  "zero columns",
  { count: "u32", width: "u32", stride: "u32", at: "u32" },
  { x: write() },
  `${start}
  let row = i / params.width;
  x[row * params.stride + params.at + i - row * params.width] = 0.0;
}`,
);
