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

/**
 * WGSL of `fn slope(x: T) -> T`, the activation's derivative. silu′ = σ + x·σ·(1 − σ), gelu′ = Φ + x·φ, relu′ = 1 where
 * x > 0 (0 at 0, as PyTorch has it).
 */
function slopeWgsl(activation: Activation, type: "f32" | "vec4f"): string {
  switch (activation) {
    case "none":
      return "";
    case "relu":
      return `fn slope(x: ${type}) -> ${type} { return select(${type}(), ${type}(1.0), x > ${type}()); }`;
    case "silu":
      return `fn slope(x: ${type}) -> ${type} {
  let s = 1.0 / (1.0 + exp(min(-x, ${type}(80.0))));
  return s + x * s * (1.0 - s);
}`;
    case "gelu": // Φ as in geluFunction: both tails keep their digits
      return `fn slope(x: ${type}) -> ${type} {
  let z = min(abs(x) * 0.7071067811865476, ${type}(9.0));
  let t = 1.0 / (1.0 + 0.5 * z);
  let p = -1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806
    + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
  let density = exp(-z * z);
  let tail = 0.5 * t * exp(p - z * z);
  return select(1.0 - tail, tail, x < ${type}()) + x * 0.3989422804014327 * density;
}`;
  }
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
${slopeWgsl(activation, type)}
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
