import {
  type Binding,
  type Gpu,
  type Kernel,
  kernel,
  read,
  reduceWorkgroup,
  size,
  type Tensor,
  unroll,
  variants,
  write,
} from "../gpu/mod.ts";
import { BLOCK } from "./settings.ts";
import { isFiniteF32, STATUS } from "./status.ts";

const THREADS = 256;
/** vec4 that an invocation loads before it adds them up. */
const AHEAD = 4;
const MOST_GROUPS = 1024;

/** Σ g² of what is trained, a partial sum for each workgroup. */
const squaresKernel: (trained: boolean) => Kernel<{ count4: "u32" }, Record<string, Binding>> = variants((trained) =>
  kernel(
    `gradient squares${trained ? " trained" : ""}`,
    { count4: "u32" },
    { gradients: read("vec4f"), ...(trained ? { trained: read("u32") } : {}), squares: write() },
    `
var<workgroup> sums: array<f32, ${THREADS}>;
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  var sum = vec4f();
  let stride = groups.x * ${THREADS}u;
  for (var first = group.x * ${THREADS}u + local; first < params.count4; first += ${AHEAD}u * stride) {
    ${unroll(AHEAD, (k) => `var g${k} = vec4f();`)}
    ${
      unroll(AHEAD, (k) => {
        const i = `first + ${k}u * stride`;
        const asked = trained ? ` && trained[(${i}) / ${BLOCK / 4}u] != 0u` : "";
        return `if (${i} < params.count4${asked}) { g${k} = gradients[${i}]; }`;
      })
    }
    ${unroll(AHEAD, (k) => `sum += g${k} * g${k};`)}
  }
  sums[local] = dot(sum, vec4f(1.0));
  ${reduceWorkgroup("sums", "local", THREADS, (a, b) => `${a} + ${b}`)}
  if (local == 0u) { squares[group.x] = sums[0]; }
}`,
  )
);

type StepParams = {
  parts: "u32";
  at: "u32";
  learningRate: "f32";
  logBeta1: "f32";
  logBeta2: "f32";
  clip: "f32";
  averageDecay: "f32";
};

/** The partial sums' norm, whether the step is applied, and what follows from both for every weight. */
const decideKernel: (recorded: boolean) => Kernel<StepParams, Record<string, Binding>> = variants((recorded) =>
  kernel(
    `optimizer decides${recorded ? " recorded" : ""}`,
    {
      parts: "u32",
      at: "u32",
      learningRate: "f32",
      logBeta1: "f32",
      logBeta2: "f32",
      clip: "f32",
      averageDecay: "f32",
    },
    { squares: read(), status: write("u32"), ...(recorded ? { history: write() } : {}) },
    `
var<workgroup> sums: array<f32, ${THREADS}>;

/// 1 − eˣ for x ≤ 0. Near 0, where 1 − β is tiny, by its series: the difference would keep few digits.
fn oneMinusExp(x: f32) -> f32 {
  let series = -x * (1.0 + x / 2.0 * (1.0 + x / 3.0 * (1.0 + x / 4.0 * (1.0 + x / 5.0 * (1.0 + x / 6.0 * (1.0 + x / 7.0))))));
  return select(1.0 - exp(x), series, x > -0.35);
}

@compute @workgroup_size(${THREADS})
fn main(@builtin(local_invocation_index) local: u32) {
  var sum = 0.0;
  for (var i = local; i < params.parts; i += ${THREADS}u) { sum += squares[i]; }
  sums[local] = sum;
  ${reduceWorkgroup("sums", "local", THREADS, (a, b) => `${a} + ${b}`)}
  if (local != 0u) { return; }
  let norm = sqrt(sums[0]);
  let went = ${isFiniteF32("norm")} && status[${STATUS.flagged}] == 0u;
  let applied = status[${STATUS.applied}] + select(0u, 1u, went);
  let t = f32(applied);
  // As PyTorch's clip_grad_norm_ has it; a clip of 0 stands for none.
  let factor = select(1.0, min(1.0, params.clip / (norm + 1.0e-6)), params.clip > 0.0);
  status[${STATUS.applied}] = applied;
  status[${STATUS.skipped}] += select(1u, 0u, went);
  status[${STATUS.flagged}] = 0u;
  status[${STATUS.went}] = select(0u, 1u, went);
  status[${STATUS.norm}] = bitcast<u32>(norm);
  status[${STATUS.clip}] = bitcast<u32>(select(0.0, factor, went));
  status[${STATUS.rate}] = bitcast<u32>(params.learningRate / oneMinusExp(t * params.logBeta1));
  status[${STATUS.secondScale}] = bitcast<u32>(inverseSqrt(oneMinusExp(t * params.logBeta2)));
  status[${STATUS.average}] = bitcast<u32>(min(params.averageDecay, (1.0 + t) / (10.0 + t)));
  ${recorded ? "history[params.at] = norm; history[params.at + 1u] = select(0.0, 1.0, went);" : ""}
}`,
  )
);

/** Sums up the squares of the gradients and decides about the step: two dispatches. See `adamW`. */
export function decideStep(
  gpu: Gpu,
  { gradients, trained, status, history, at }: {
    readonly gradients: Tensor;
    readonly trained: Tensor | undefined;
    readonly status: Tensor;
    readonly history: Tensor | undefined;
    /** Element of the history where the norm goes. */
    readonly at: number;
  },
  params: { readonly [name in Exclude<keyof StepParams, "parts" | "at">]: number },
): void {
  using _scope = gpu.scope();
  const count4 = size(gradients) / 4;
  const parts = Math.max(1, Math.min(MOST_GROUPS, Math.ceil(count4 / (THREADS * AHEAD))));
  const squares = gpu.tensor([parts], "f32", "optimizer");
  gpu.dispatch(squaresKernel(trained !== undefined), { gradients, ...(trained ? { trained } : {}), squares }, {
    count4,
  }, [
    parts,
  ]);
  const bindings = { squares, status, ...(history ? { history } : {}) };
  gpu.dispatch(decideKernel(history !== undefined), bindings, { parts, at, ...params }, [1]);
}
