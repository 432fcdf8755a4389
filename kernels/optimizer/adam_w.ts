import {
  type Binding,
  describe,
  expectShape,
  type Gpu,
  type Kernel,
  kernel,
  read,
  size,
  type Tensor,
  variants,
  width,
  write,
} from "../gpu/mod.ts";
import { decideStep } from "./global_norm.ts";
import { type AdamWSettings, BLOCK, checkSettings } from "./settings.ts";
import { STATUS } from "./status.ts";

/**
 * What a step reads and writes: all weights in one flat f32 [n], each beginning at a multiple of 64 elements and n one
 * itself, the gaps zero; the rest alike.
 */
export interface OptimizerState {
  readonly weights: Tensor;
  readonly gradients: Tensor;
  /** Adam's moments, which begin as zeros. */
  readonly first: Tensor;
  readonly second: Tensor;
  /** The running average of the weights, which begins as a copy of them. */
  readonly average?: Tensor;
  /** 1 where a block of 64 elements takes weight decay. u32 [n / 64]. */
  readonly decayed: Tensor;
  /** 0 where a block is frozen: its gradient is not read, and nothing of it changes. u32 [n / 64]. */
  readonly trained?: Tensor;
  /** See `STATUS`; made by `optimizerStatus`. */
  readonly status: Tensor;
}

/** Where a step notes its gradient's norm (in this column) and whether it was applied (in the next): history [steps, columns]. */
export interface StepRecord {
  readonly history: Tensor;
  readonly row: number;
  readonly column: number;
}

const THREADS = 256;

type UpdateParams = {
  count4: "u32";
  beta1: "f32";
  beta2: "f32";
  rest1: "f32";
  rest2: "f32";
  epsilon: "f32";
  kept: "f32";
};

const updateKernel: (averaged: boolean, trained: boolean) => Kernel<UpdateParams, Record<string, Binding>> = variants(
  (averaged, trained) =>
    kernel(
      `adam_w${averaged ? " average" : ""}${trained ? " trained" : ""}`,
      { count4: "u32", beta1: "f32", beta2: "f32", rest1: "f32", rest2: "f32", epsilon: "f32", kept: "f32" },
      {
        status: read("u32"),
        gradients: read("vec4f"),
        decayed: read("u32"),
        ...(trained ? { trained: read("u32") } : {}),
        weights: write("vec4f"),
        first: write("vec4f"),
        second: write("vec4f"),
        ...(averaged ? { average: write("vec4f") } : {}),
      },
      `
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * ${THREADS}u + local;
  if (status[${STATUS.went}] == 0u || i >= params.count4) { return; }
  let block = i / ${BLOCK / 4}u;
  ${trained ? "if (trained[block] == 0u) { return; }" : ""}
  let g = gradients[i] * bitcast<f32>(status[${STATUS.clip}]);
  let m = params.beta1 * first[i] + params.rest1 * g;
  let v = params.beta2 * second[i] + params.rest2 * g * g;
  let step = m / (sqrt(v) * bitcast<f32>(status[${STATUS.secondScale}]) + params.epsilon);
  let w = weights[i] * select(1.0, params.kept, decayed[block] != 0u) - bitcast<f32>(status[${STATUS.rate}]) * step;
  first[i] = m;
  second[i] = v;
  weights[i] = w;
  ${averaged ? `average[i] += (1.0 - bitcast<f32>(status[${STATUS.average}])) * (w - average[i]);` : ""}
}`,
    ),
);

/**
 * One step of AdamW (Loshchilov and Hutter 2019, decay apart from the moments), after scaling the gradient of all that is
 * trained down to the norm `clip`, and of the weights' running average: average ← d · average + (1 − d) · weights with
 * d = min(averageDecay, (1 + t) / (10 + t)). Three dispatches, and nothing waits for the device.
 *
 * Where the norm is not finite or the status is `flagged`, weights, moments and average stay as they are, and the step is
 * counted as skipped; t, which corrects the moments' bias, counts the steps that were applied. Gradients are left as they
 * are: `gpu.clear` them before the next ones are added up. Throws a RangeError when shapes or settings do not fit.
 */
export function adamW(gpu: Gpu, state: OptimizerState, settings: AdamWSettings, record?: StepRecord): void {
  const { weights, gradients, first, second, average, decayed, trained, status } = state;
  const n = size(weights);
  if (n % BLOCK !== 0) throw new RangeError(`adamW: ${describe(weights)} is not made of blocks of ${BLOCK}`);
  for (const [name, tensor] of Object.entries({ weights, gradients, first, second, ...(average ? { average } : {}) })) {
    expectShape(`adamW's ${name}`, tensor, [n]);
  }
  for (const [name, tensor] of Object.entries({ decayed, ...(trained ? { trained } : {}) })) {
    expectShape(`adamW's ${name}`, tensor, [n / BLOCK]);
  }
  checkSettings(settings);
  const { learningRate, beta1, beta2, epsilon, weightDecay, clip, averageDecay } = settings;
  decideStep(gpu, { gradients, trained, status, ...place(record) }, {
    learningRate,
    // ln of 0 would be infinite; e to this is 0 as well.
    logBeta1: Math.max(-1e4, Math.log(beta1)),
    logBeta2: Math.max(-1e4, Math.log(beta2)),
    clip: clip === Infinity ? 0 : clip,
    averageDecay,
  });
  const count4 = n / 4;
  gpu.dispatch(
    updateKernel(average !== undefined, trained !== undefined),
    {
      status,
      gradients,
      decayed,
      ...(trained ? { trained } : {}),
      weights,
      first,
      second,
      ...(average ? { average } : {}),
    },
    { count4, beta1, beta2, rest1: 1 - beta1, rest2: 1 - beta2, epsilon, kept: 1 - learningRate * weightDecay },
    gpu.grid(Math.ceil(count4 / THREADS)),
  );
}

function place(record: StepRecord | undefined): { history: Tensor | undefined; at: number } {
  if (!record) return { history: undefined, at: 0 };
  const { history, row, column } = record;
  expectShape("adamW's history", history, [-1, -1]);
  if (!(row >= 0 && row < history.shape[0] && column >= 0 && column + 1 < width(history))) {
    throw new RangeError(`adamW: row ${row}, columns ${column} and ${column + 1} are outside ${describe(history)}`);
  }
  return { history, at: row * width(history) + column };
}
