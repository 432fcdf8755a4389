import { slopeFunction } from "../elementwise/activation_slope.ts";
import {
  type Binding,
  type Gpu,
  type Kernel,
  kernel,
  type ParamType,
  read,
  size,
  type Tensor,
  unroll,
  variants,
  width,
  write,
} from "../gpu/mod.ts";
import type { Activation } from "./epilogue.ts";

const THREADS = 256;
/** Units that a thread takes, a workgroup's width apart. */
const EACH = 2;

/** Real rows of each sequence, on the device, where a sequence is `frames` rows. */
export interface RowLengths {
  readonly device: Tensor;
  readonly frames: number;
}

const backwardKernel: (
  activation: Activation,
  vector: boolean,
  ragged: boolean,
) => Kernel<Record<string, ParamType>, Record<string, Binding>> = variants((activation, vector, ragged) => {
  const type = vector ? "vec4f" : "f32";
  const value = `dy[i]${activation === "none" ? "" : " * slope(pre[i])"}`;
  return kernel(
    `${activation} backward ${vector ? 4 : 1}${ragged ? " lengths" : ""}`,
    { count: "u32", ...(ragged ? { width: "u32", frames: "u32" } : {}) } as Record<string, ParamType>,
    {
      dy: read(type),
      ...(activation === "none" ? {} : { pre: read(type) }),
      ...(ragged ? { lengths: read("u32") } : {}),
      d_pre: write(type),
    } as Record<string, Binding>,
    `
${activation === "none" ? "" : slopeFunction(activation, "slope", type)}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let first = (group.y * groups.x + group.x) * ${THREADS * EACH}u + local;
  ${
      unroll(EACH, (e) => `
  {
    let i = first + ${e * THREADS}u;
    if (i < params.count) {
      ${
        ragged
          ? `let row = i / params.width;
      let sequence = row / params.frames;
      let live = row - sequence * params.frames < lengths[sequence];
      d_pre[i] = select(${type}(), ${value}, live);`
          : `d_pre[i] = ${value};`
      }
    }
  }`)
    }
}`,
  );
});

/**
 * The gradient of an activation's argument: dy·activation′(pre), elementwise; zero (whatever dy holds) past the lengths where
 * there are some. `pre` may be absent for `none`.
 */
export function activationBackward(
  gpu: Gpu,
  activation: Activation,
  dy: Tensor,
  pre?: Tensor,
  lengths?: RowLengths,
): Tensor {
  const dPre = gpu.tensor(dy.shape);
  const unit = width(dy) % 4 === 0 ? 4 : 1;
  const count = size(dy) / unit;
  gpu.dispatch(
    backwardKernel(activation, unit === 4, lengths !== undefined),
    { dy, d_pre: dPre, ...(pre ? { pre } : {}), ...(lengths ? { lengths: lengths.device } : {}) },
    { count, ...(lengths ? { width: width(dy) / unit, frames: lengths.frames } : {}) },
    gpu.grid(Math.ceil(count / (THREADS * EACH))),
  );
  return dPre;
}
