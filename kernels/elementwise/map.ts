import {
  type Binding,
  type Gpu,
  type GradientTarget,
  type Kernel,
  kernel,
  read,
  size,
  type Tensor,
  unroll,
  variants,
  write,
} from "../gpu/mod.ts";

/** An operation on single elements: WGSL over vec4f `a` (and `b`), with `params.factor` where it needs a number. */
export interface MapOperation {
  readonly name: string;
  /** An expression of type vec4f. */
  readonly expression: string;
  /** WGSL functions that the expression calls. */
  readonly functions?: string;
}

const THREADS = 256;

/**
 * vec4 at a time whatever the size: bindings are rounded up to 16 bytes, and what lies behind the last element belongs
 * to the (fresh) output's own padding. Each invocation takes `each` vec4, a workgroup's width apart.
 */
const mapKernel = variants((name: string, expression: string, functions: string, inputs: 1 | 2, each: number) =>
  kernel(
    `${name} ×${each}`,
    { count4: "u32", factor: "f32" },
    { x: read("vec4f"), ...(inputs === 2 ? { z: read("vec4f") } : {}), y: write("vec4f") } as Record<string, Binding>,
    `
${functions}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let first = (group.y * groups.x + group.x) * ${THREADS * each}u + local;
${
      unroll(each, (k) => `
  {
    let i = first + ${THREADS * k}u;
    if (i < params.count4) {
      let a = x[i];
      ${inputs === 2 ? "let b = z[i];" : ""}
      y[i] = ${expression};
    }
  }`)
    }
}`,
  )
);

/**
 * The same into a gradient, which may lie inside a larger buffer: nothing behind the last element is touched, so sizes that
 * are no multiple of 4 go one by one.
 */
const intoKernel = variants((name: string, expression: string, functions: string, inputs: 1 | 2, vector: boolean) => {
  const element = vector ? "vec4f" : "f32";
  return kernel(
    `${name} into ${element}`,
    { count: "u32", factor: "f32", accumulate: "u32" },
    { x: read(element), ...(inputs === 2 ? { z: read(element) } : {}), y: write(element) } as Record<string, Binding>,
    `
${functions}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * ${THREADS}u + local;
  if (i >= params.count) { return; }
  let a = vec4f(x[i]);
  ${inputs === 2 ? "let b = vec4f(z[i]);" : ""}
  var value = (${expression})${vector ? "" : ".x"};
  if (params.accumulate != 0u) { value += y[i]; }
  y[i] = value;
}`,
  );
});

/** Applies an operation to every element of `x` (and of `z`, of the same shape). `each`: vec4 an invocation. */
export function launchMap(
  gpu: Gpu,
  { name, expression, functions = "" }: MapOperation,
  inputs: readonly [x: Tensor, z?: Tensor],
  factor = 1,
  each = 1,
): Tensor {
  const [x, z] = inputs;
  const y = gpu.tensor(x.shape);
  const count4 = Math.ceil(size(x) / 4);
  gpu.dispatch(
    mapKernel(name, expression, functions, z ? 2 : 1, each) as Kernel<
      { count4: "u32"; factor: "f32" },
      Record<string, Binding>
    >,
    { x, ...(z ? { z } : {}), y },
    { count4, factor },
    gpu.grid(Math.ceil(count4 / (THREADS * each))),
  );
  return y;
}

/** Applies an operation to every element of `x` (and of `z`, of the same size), into the gradient of a whole tensor. */
export function launchMapInto(
  gpu: Gpu,
  { name, expression, functions = "" }: MapOperation,
  [x, z]: readonly [x: Tensor, z?: Tensor],
  { into: { tensor: y }, accumulate }: GradientTarget,
  factor = 1,
): void {
  const vector = size(y) % 4 === 0;
  const count = size(y) / (vector ? 4 : 1);
  gpu.dispatch(
    intoKernel(name, expression, functions, z ? 2 : 1, vector) as Kernel<
      { count: "u32"; factor: "f32"; accumulate: "u32" },
      Record<string, Binding>
    >,
    { x, ...(z ? { z } : {}), y },
    { count, factor, accumulate: Number(accumulate) },
    gpu.grid(Math.ceil(count / THREADS)),
  );
}
