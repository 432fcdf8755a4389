import {
  type Binding,
  type Gpu,
  type GradientTarget,
  joined,
  type Kernel,
  kernel,
  type ParamType,
  read,
  rows,
  type Tape,
  type Tensor,
  unroll,
  variants,
  width,
  write,
} from "../gpu/mod.ts";
import { addPartials } from "../column_sums/add_partials.ts";
import { partialSums } from "../column_sums/deferred.ts";
import type { Lengths } from "../lengths.ts";
import { EPSILON, type NormKind } from "./row_norm.ts";

/** Invocations of a workgroup; `lanes` of them hold a row. */
const THREADS = 128;
/** Registers of a row that a lane had better not exceed: it holds x, dy, dγ and dβ at once. */
const COMFORTABLE = 4;
/** Registers of a row that a lane may hold at most. */
const MOST_REGISTERS = 16;
/** Workgroups at most, each with a row of partial sums: two for each processor of a large GPU. */
const MOST_GROUPS = 256;

/** What a kernel writes: the gradient of x, that of the weights, or both. */
type Wanted = "x" | "weights" | "both";

/**
 * With d = x − mean (layer) or d = x (RMS), r = 1/√(mean(d²) + ε) and g = dy ∘ γ, the gradient of a row is
 * r (g − mean(g) − d r² mean(g d)), without mean(g) for RMS; all its statistics need two sums across the lanes, and one for
 * RMS. dγ = Σ dy ∘ d r and dβ = Σ dy over the rows stay in registers until the workgroup has had all of its own.
 */
const backwardKernel = variants((
  kind: NormKind,
  masked: boolean,
  wanted: Wanted,
  element: "f32" | "vec4f",
  lanes: number,
  held: number,
): Kernel<Record<string, ParamType>, Record<string, Binding>> => {
  const layer = kind === "layer";
  const [dx, weights] = [wanted !== "weights", wanted !== "x"];
  const at = (i: number) => `lane + ${i * lanes}u`;
  const each = (write: (i: number) => string) => unroll(held, (i) => `if (${at(i)} < params.width) { ${write(i)} }`);
  const total = (v: string) => element === "f32" ? v : `dot(${v}, vec4f(1.0))`;
  const product = (a: string, b: string) => element === "f32" ? `${a} * ${b}` : `dot(${a}, ${b})`;
  const sum = (write: (i: number) => string) => joined(held, " + ", write);
  const across = (array: string) => `(${joined(lanes, " + ", (i) => `${array}[first + ${i}u]`)}) / params.elements`;
  const partials = layer ? ["dg", "db"] : ["dg"];
  return kernel(
    `${kind}_norm backward ${wanted} ${element} ${lanes}×${held}${masked ? " lengths" : ""}`,
    {
      rows: "u32",
      width: "u32",
      time: "u32",
      rounds: "u32",
      accumulate: "u32",
      elements: "f32",
      epsilon: "f32",
    },
    {
      x: read(element),
      dy: read(element),
      gamma: read(element),
      ...(masked ? { lengths: read("u32") } : {}),
      ...(dx ? { dx: write(element) } : {}),
      ...(weights ? { partials: write(element) } : {}),
    },
    `
var<workgroup> means: array<vec2f, ${THREADS}>;
var<workgroup> moments: array<vec2f, ${THREADS}>;
${weights ? `var<workgroup> shared_rows: array<${element}, ${THREADS}>;` : ""}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let lane = local % ${lanes}u;
  let first = local - lane; // of this row's invocations
  ${unroll(held, (i) => `var w${i} = ${element}(); var dg${i} = ${element}(); var db${i} = ${element}();`)}
  ${each((i) => `w${i} = gamma[${at(i)}];`)}
  for (var round = 0u; round < params.rounds; round++) {
    let row = (round * groups.x + group.x) * ${THREADS / lanes}u + local / ${lanes}u;
    let inside = row < params.rows;
    ${masked ? "let real = inside && row % params.time < lengths[min(row, params.rows - 1u) / params.time];" : ""}
    let start = row * params.width;
    ${unroll(held, (i) => `var v${i} = ${element}(); var g${i} = ${element}();`)}
    if (${masked ? "real" : "inside"}) {
      ${each((i) => `v${i} = x[start + ${at(i)}]; g${i} = dy[start + ${at(i)}];`)}
    }
    ${
      layer
        ? `means[local] = vec2f(${total(sum((i) => `v${i}`))}, ${total(sum((i) => `g${i} * w${i}`))});
    workgroupBarrier();
    let mean = ${across("means")};
    ${each((i) => `v${i} -= mean.x;`)}`
        : ""
    }
    moments[local] = vec2f(${sum((i) => product(`v${i}`, `v${i}`))}, ${sum((i) => product(`v${i}`, `g${i} * w${i}`))});
    workgroupBarrier();
    let moment = ${across("moments")};
    let scale = inverseSqrt(moment.x + params.epsilon);
    let slope = scale * scale * moment.y;
    ${weights ? unroll(held, (i) => `dg${i} += g${i} * v${i} * scale; db${i} += g${i};`) : ""}
    ${
      dx
        ? `if (inside) {
      ${
          each((i) => `
      var d${i} = scale * (g${i} * w${i} ${layer ? "- mean.y " : ""}- v${i} * slope);
      if (params.accumulate != 0u) { d${i} += dx[start + ${at(i)}]; }
      dx[start + ${at(i)}] = d${i};`)
        }
    }`
        : ""
    }
    ${layer ? "" : "workgroupBarrier(); // the next round writes the moments that this one still reads"}
  }
  ${
      weights
        ? partials.map((name, n) =>
          unroll(held, (i) => `
  shared_rows[local] = ${name}${i};
  workgroupBarrier();
  if (local < ${lanes}u && ${at(i)} < params.width) {
    partials[(group.x * ${partials.length}u + ${n}u) * params.width + ${at(i)}] =
      ${joined(THREADS / lanes, " + ", (r) => `shared_rows[local + ${r * lanes}u]`)};
  }
  workgroupBarrier();`)
        ).join("\n")
        : ""
    }
}`,
  );
});

/** How many invocations hold a row of `units` elements or vec4s, and how many of these each. */
function chooseLanes(units: number): { lanes: number; held: number } {
  let lanes = 4;
  while (lanes < THREADS && lanes * COMFORTABLE < units) lanes *= 2;
  return { lanes, held: Math.ceil(units / lanes) };
}

/**
 * Records the gradient of a norm: `y` is what `launchNorm` made of `x`. One dispatch computes each row's statistics again,
 * the gradient of x and each workgroup's share of the weights'; a second adds the shares up, in a fixed order. Padding rows
 * get zeros, and neither their x nor their dy is read. Throws a RangeError for rows too long for registers (8192 elements,
 * 2048 when not in fours).
 */
export function recordNorm(
  gpu: Gpu,
  kind: NormKind,
  x: Tensor,
  weights: { readonly gamma: Tensor; readonly beta?: Tensor },
  lengths: Lengths | undefined,
  y: Tensor,
): void {
  const { gamma, beta } = weights;
  gpu.tape?.record(`${kind} norm`, [x, gamma, beta], [y], [x, gamma, lengths?.device], (tape: Tape) => {
    const dy = tape.gradientOf(y);
    if (!dy) return;
    const targets = { x: tape.gradientInto(x), gamma: tape.gradientInto(gamma), beta: tape.gradientInto(beta) };
    launchNormBackward(gpu, kind, { x, dy, gamma }, targets, lengths);
  });
}

/** The dispatches of `recordNorm`, into the targets that are given. */
export function launchNormBackward(
  gpu: Gpu,
  kind: NormKind,
  { x, dy, gamma }: { readonly x: Tensor; readonly dy: Tensor; readonly gamma: Tensor },
  targets: { readonly [name in "x" | "gamma" | "beta"]?: GradientTarget | undefined },
  lengths?: Lengths,
): void {
  const d = width(x);
  const unit = d % 4 === 0 ? 4 : 1;
  const { lanes, held } = chooseLanes(d / unit);
  if (held > MOST_REGISTERS) throw new RangeError(`${kind} norm has no gradient for rows of ${d}: they are too long`);
  const weights = targets.gamma !== undefined || targets.beta !== undefined;
  if (!targets.x && !weights) return;
  const atOnce = THREADS / lanes;
  const groups = Math.min(MOST_GROUPS, Math.ceil(rows(x) / atOnce));
  const summed = kind === "layer" ? [targets.gamma, targets.beta] : [targets.gamma];
  const partials = weights ? partialSums(gpu, [groups, summed.length, d]) : undefined;
  const wanted = !weights ? "x" : targets.x ? "both" : "weights";
  const bindings: Record<string, Tensor> = { x, dy, gamma };
  if (lengths) bindings.lengths = lengths.device;
  if (targets.x) bindings.dx = targets.x.into.tensor;
  if (partials) bindings.partials = partials;
  gpu.dispatch(
    backwardKernel(kind, lengths !== undefined, wanted, unit === 4 ? "vec4f" : "f32", lanes, held),
    bindings,
    {
      rows: rows(x),
      width: d / unit,
      time: lengths ? x.shape[1] : 1,
      rounds: Math.ceil(rows(x) / (groups * atOnce)),
      accumulate: Number(targets.x?.accumulate ?? false),
      elements: d,
      epsilon: EPSILON,
    },
    [groups],
  );
  if (partials) addPartials(gpu, partials, summed.map((target) => ({ rows: 1, target })));
}
