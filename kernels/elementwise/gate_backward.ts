import { siluFunction } from "../activation_wgsl.ts";
import {
  type Binding,
  type Columns,
  type Gpu,
  type GradientTarget,
  type Kernel,
  kernel,
  type ParamType,
  read,
  rows,
  type Tensor,
  variants,
  width,
  write,
} from "../gpu/mod.ts";
import { slopeFunction } from "./activation_slope.ts";

const THREADS = 256;

/** Which gradients a dispatch writes; "one tensor": both, into columns of one tensor, which is bound once. */
type Written = "x" | "z" | "two tensors" | "one tensor";

/** dx = dy ∘ SiLU(z) and dz = dy ∘ x ∘ SiLU′(z); a gradient's elements lie where its input's do. */
const backwardKernel = variants(
  (written: Written, element: "f32" | "vec4f"): Kernel<Record<string, ParamType>, Record<string, Binding>> => {
    const joint = written === "one tensor";
    const put = (array: string, at: string, accumulate: string, value: string) =>
      `{
    var value = ${value};
    if (params.${accumulate} != 0u) { value += ${array}[${at}]; }
    ${array}[${at}] = value;
  }`;
    return kernel(
      `gate backward ${written} ${element}`,
      {
        count: "u32",
        width: "u32",
        x_stride: "u32",
        x_offset: "u32",
        z_stride: "u32",
        z_offset: "u32",
        x_accumulate: "u32",
        z_accumulate: "u32",
      },
      {
        dy: read(element),
        z: read(element),
        ...(written === "x" ? {} : { x: read(element) }),
        ...(written === "z" ? {} : { dx: write(element) }),
        ...(written === "z" || written === "two tensors" ? { dz: write(element) } : {}),
      },
      `
${siluFunction("silu", element)}
${slopeFunction("silu", "slope", element)}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * ${THREADS}u + local;
  if (i >= params.count) { return; }
  let row = i / params.width;
  let column = i - row * params.width;
  let at_x = row * params.x_stride + params.x_offset + column;
  let at_z = row * params.z_stride + params.z_offset + column;
  let gradient = dy[i];
  let gate = z[at_z];
  ${written === "z" ? "" : put("dx", "at_x", "x_accumulate", "gradient * silu(gate)")}
  ${written === "x" ? "" : put(joint ? "dx" : "dz", "at_z", "z_accumulate", "gradient * x[at_x] * slope(gate)")}
}`,
    );
  },
);

/** The gradients of `gate`, into the targets that are given: one dispatch, also when both are columns of one tensor. */
export function launchGateBackward(
  gpu: Gpu,
  dy: Tensor,
  x: Columns,
  z: Columns,
  targets: { readonly x: GradientTarget | undefined; readonly z: GradientTarget | undefined },
): void {
  const [dx, dz] = [targets.x?.into.tensor, targets.z?.into.tensor];
  if (!dx && !dz) return;
  if (dx && dz && dx.buffer === dz.buffer && dx.offset !== dz.offset) { // parts of one buffer, which no binding covers
    launchGateBackward(gpu, dy, x, z, { x: targets.x, z: undefined });
    launchGateBackward(gpu, dy, x, z, { x: undefined, z: targets.z });
    return;
  }
  const written = !dz ? "x" : !dx ? "z" : dx.buffer === dz.buffer ? "one tensor" : "two tensors";
  const sizes = {
    width: x.width,
    x_stride: width(x.tensor),
    x_offset: x.offset,
    z_stride: width(z.tensor),
    z_offset: z.offset,
  };
  const unit = Object.values(sizes).every((n) => n % 4 === 0) ? 4 : 1;
  const count = rows(x.tensor) * x.width / unit;
  const bindings: Record<string, Tensor> = { dy, z: z.tensor, x: x.tensor };
  if (dx) bindings.dx = dx;
  if (dz) bindings.dz = dz;
  gpu.dispatch(
    backwardKernel(written, unit === 4 ? "vec4f" : "f32"),
    bindings,
    {
      count,
      ...Object.fromEntries(Object.entries(sizes).map(([name, n]) => [name, n / unit])),
      x_accumulate: Number(targets.x?.accumulate ?? false),
      z_accumulate: Number(targets.z?.accumulate ?? false),
    },
    gpu.grid(Math.ceil(count / THREADS)),
  );
}
