import {
  type Binding,
  describe,
  expectShape,
  type Gpu,
  joined,
  type Kernel,
  kernel,
  type ParamType,
  read,
  reduceWorkgroup,
  rows,
  type Tensor,
  unroll,
  variants,
  width,
  write,
} from "../gpu/mod.ts";
import type { Lengths } from "../lengths.ts";

/** Which statistics of a row divide it: mean and variance (then scale γ and shift β), or the mean square (then γ). */
export type NormKind = "layer" | "rms";

/** Rung of the ladder (see README.md): loop over the row, or hold it in the registers of so many invocations. */
export type NormVariant = "looped" | 4 | 8 | 16 | 32 | 64;

/** What both norms add to the mean square before its root, as PyTorch does. */
export const EPSILON = 1e-5;
/** Invocations of a workgroup of the register variant; it takes THREADS / lanes rows. */
const THREADS = 128;
/** vec4 registers an invocation may hold of its row. */
const MOST_REGISTERS = 16;

type Launchable = Kernel<Record<string, ParamType>, Record<string, Binding>>;

/** Interface that both rungs share. `element`: how they see the rows. */
function interfaceOf(kind: NormKind, masked: boolean, element: "f32" | "vec4f"): Record<string, Binding> {
  return {
    x: read(element),
    gamma: read(element),
    ...(kind === "layer" ? { beta: read(element) } : {}),
    ...(masked ? { lengths: read("u32") } : {}),
    y: write(element),
  };
}

const isReal = (masked: boolean) => masked ? "(row % params.time) < lengths[row / params.time]" : "true";

/** One workgroup a row; each invocation takes every `threads`-th element, so that loads are coalesced. */
const loopedKernel = variants((kind: NormKind, masked: boolean, threads: number): Launchable => {
  const layer = kind === "layer";
  const sum = (expression: string) => `
  {
    var sum = 0.0;
    for (var i = local; i < params.width; i += ${threads}u) { ${expression} }
    sums[local] = sum;
  }
  ${reduceWorkgroup("sums", "local", threads, (a, b) => `${a} + ${b}`)}`;
  return kernel(
    `${kind}_norm looped ${threads}${masked ? " lengths" : ""}`,
    { rows: "u32", width: "u32", time: "u32", epsilon: "f32" },
    interfaceOf(kind, masked, "f32"),
    `
var<workgroup> sums: array<f32, ${threads}>;
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let flat = group.y * groups.x + group.x;
  let row = min(flat, params.rows - 1u); // past the end: recompute the last row, write nothing
  let start = row * params.width;
  ${layer ? `${sum("sum += x[start + i];")} let mean = sums[0] / f32(params.width); workgroupBarrier();` : ""}
  // A second pass over the row (from cache) keeps the variance of a large mean accurate.
  ${sum(`let d = x[start + i]${layer ? " - mean" : ""}; sum += d * d;`)}
  let scale = inverseSqrt(sums[0] / f32(params.width) + params.epsilon);
  if (flat >= params.rows) { return; }
  let real = ${isReal(masked)};
  for (var i = local; i < params.width; i += ${threads}u) {
    let v = ${layer ? "(x[start + i] - mean) * scale * gamma[i] + beta[i]" : "x[start + i] * scale * gamma[i]"};
    y[start + i] = select(0.0, v, real);
  }
}`,
  );
});

/**
 * `lanes` invocations a row, each with `held` vec4 of it in registers: the row is read once, whatever the statistics.
 * Partial sums cross the lanes through workgroup memory with one barrier each, every lane adding all of them up: fewer
 * barriers than a tree. `exact`: whether the lanes' registers are the row, without a rest to guard.
 */
const registerKernel = variants(
  (kind: NormKind, masked: boolean, lanes: number, held: number, exact: boolean): Launchable => {
    const layer = kind === "layer";
    const at = (i: number) => `lane + ${i * lanes}u`;
    const guard = (i: number, code: string) => exact ? code : `if (${at(i)} < params.width4) { ${code} }`;
    const across = (array: string) => `(${joined(lanes, " + ", (i) => `${array}[first + ${i}u]`)})`;
    return kernel(
      `${kind}_norm registers ${lanes}×${held}${exact ? "" : " guarded"}${masked ? " lengths" : ""}`,
      { rows: "u32", width4: "u32", time: "u32", epsilon: "f32" },
      interfaceOf(kind, masked, "vec4f"),
      `
var<workgroup> sums: array<f32, ${THREADS}>;
var<workgroup> squares: array<f32, ${THREADS}>;
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let lane = local % ${lanes}u;
  let first = local - lane; // of this row's invocations
  let flat = (group.y * groups.x + group.x) * ${THREADS / lanes}u + local / ${lanes}u;
  let row = min(flat, params.rows - 1u);
  let start = row * params.width4;
  let width = 4.0 * f32(params.width4);
  ${unroll(held, (i) => `var v${i} = vec4f(); ${guard(i, `v${i} = x[start + ${at(i)}];`)}`)}
  ${
        layer
          ? `sums[local] = dot(${joined(held, " + ", (i) => `v${i}`)}, vec4f(1.0));
  workgroupBarrier();
  let mean = ${across("sums")} / width;
  ${unroll(held, (i) => guard(i, `v${i} -= mean;`))}`
          : ""
      }
  squares[local] = ${joined(held, " + ", (i) => `dot(v${i}, v${i})`)};
  workgroupBarrier();
  let scale = inverseSqrt(${across("squares")} / width + params.epsilon);
  if (flat >= params.rows) { return; }
  let real = ${isReal(masked)};
  ${
        unroll(held, (i) =>
          guard(
            i,
            `y[start + ${at(i)}] = select(vec4f(), v${i} * scale * gamma[${at(i)}]${
              layer ? ` + beta[${at(i)}]` : ""
            }, real);`,
          ))
      }
}`,
    );
  },
);

/**
 * The rung for rows of this width: registers when they hold the row, up to eight vec4 an invocation (with four, layer norm
 * of rows of 512 took 19 % longer on an H200); in software, where lanes cost more than registers, sixteen.
 */
function chooseVariant(gpu: Gpu, width: number): NormVariant {
  const held = gpu.adapter.isSoftware ? 16 : 8;
  const lanes = ([4, 8, 16, 32, 64] as const).find((n) => 4 * held * n >= width) ?? 64;
  return fits(width, lanes) ? lanes : "looped";
}

function fits(width: number, lanes: number): boolean {
  return width % 4 === 0 && width <= 4 * lanes * MOST_REGISTERS;
}

/**
 * Normalises every row of x [..., d]; see `layerNorm` and `rmsNorm`. `beta` belongs to "layer" only. Throws when the
 * weights are not [d], when lengths come with something other than [B, T, d], or when `variant` cannot hold the row.
 */
export function launchNorm(
  gpu: Gpu,
  kind: NormKind,
  x: Tensor,
  weights: { readonly gamma: Tensor; readonly beta?: Tensor },
  lengths?: Lengths,
  variant: NormVariant = chooseVariant(gpu, width(x)),
): Tensor {
  const d = width(x);
  for (const [name, weight] of Object.entries(weights)) expectShape(`${kind} norm's ${name}`, weight, [d]);
  if (lengths) expectShape(`${kind} norm with ${lengths.host.length} lengths`, x, [lengths.host.length, -1, -1]);
  if (d === 0) throw new RangeError(`${kind} norm: ${describe(x)} has empty rows`);
  const y = gpu.tensor(x.shape);
  if (rows(x) === 0) return y;
  const bindings = { x, ...weights, ...(lengths ? { lengths: lengths.device } : {}), y };
  const params = { rows: rows(x), time: lengths ? x.shape[1] : 1, epsilon: EPSILON };
  const masked = lengths !== undefined;
  if (variant === "looped") {
    gpu.dispatch(loopedKernel(kind, masked, d >= 256 ? 128 : 32), bindings, { ...params, width: d }, gpu.grid(rows(x)));
    return y;
  }
  if (!fits(d, variant)) throw new RangeError(`${variant} lanes do not hold rows of ${d} in registers`);
  const held = Math.ceil(d / 4 / variant);
  gpu.dispatch(
    registerKernel(kind, masked, variant, held, held * variant * 4 === d),
    bindings,
    { ...params, width4: d / 4 },
    gpu.grid(Math.ceil(rows(x) / (THREADS / variant))),
  );
  return y;
}
