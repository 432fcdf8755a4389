import type { Gpu, GradientTarget, Tensor } from "../gpu/mod.ts";
import type { Lengths } from "../lengths.ts";
import { adjointKernel } from "./adjoint_kernel.ts";
import type { BackwardPlan } from "./backward_plan.ts";
import { CARRY_LANES, carryKernel } from "./carry_kernel.ts";
import { FINISH_LANES, FINISH_THREADS, finishKernel } from "./finish_kernel.ts";
import { gradientKernel } from "./gradient_kernel.ts";
import { placeGradients } from "./gradient_places.ts";
import { dense, layout, type ScanInputs, scanShape, type ScanWeights } from "./scan_inputs.ts";

/** The scan whose gradients are wanted. */
export interface RecordedScan {
  readonly inputs: ScanInputs;
  readonly weights: ScanWeights;
  readonly lengths?: Lengths | undefined;
  readonly reverse: boolean;
  /** The states before every `tile`-th step, [B, ceil(L / tile), N / 4, D, 4]. */
  readonly saved: Tensor;
  readonly tile: number;
}

/** Where the gradients go; those left out are not wanted. */
export interface ScanTargets {
  readonly u?: GradientTarget | undefined;
  readonly delta?: GradientTarget | undefined;
  readonly b?: GradientTarget | undefined;
  readonly c?: GradientTarget | undefined;
  readonly z?: GradientTarget | undefined;
  readonly aLog?: GradientTarget | undefined;
  readonly d?: GradientTarget | undefined;
  readonly dtBias?: GradientTarget | undefined;
  readonly initialState?: GradientTarget | undefined;
}

/** Steps of a workgroup tile and written out in a loop's body of the adjoints' pass. */
const ADJOINT = { tile: 32, unrolled: 4 } as const;

/**
 * The gradients of `selectiveScan`, given dy [B, L, D] of its y and dFinal [B, D, N] of its final state (zero where it is
 * undefined). With g_t the gradient of h_t and o the ungated output, g_t = C_t do_t + exp(Δ_{t+1} A) ∘ g_{t+1}; everything
 * else follows step by step (`selective_scan_backward_reference.ts`). Rows of dy in padding are never looked at, and
 * gradients there are zero. Two dispatches for a short sequence, four for one in chunks.
 */
export function selectiveScanBackward(
  gpu: Gpu,
  scan: RecordedScan,
  dy: Tensor,
  dFinal: Tensor | undefined,
  targets: ScanTargets,
  plan: BackwardPlan,
): void {
  using _scratch = gpu.scope();
  const { inputs, weights, lengths, reverse, saved, tile } = scan;
  const { batch, length, channels, states } = scanShape(inputs, weights);
  const quads = states / 4;
  const rows = batch * length;
  const chunks = Math.max(1, Math.ceil(length / plan.chunk));
  const ends = chunks === 1 ? dFinal : carryAdjoints(gpu, scan, dy, dFinal, targets.initialState, plan);
  const ragged = !!lengths;

  const across = Math.ceil(channels / plan.channels);
  const parts = batch * chunks;
  const partWidth = channels * states + 4 * Math.ceil(channels / 2);
  const keepsInitial = chunks === 1 && !!targets.initialState;
  const weights_at = across * rows * 2 * states;
  const initial_at = weights_at + parts * partWidth;
  const partials = gpu.tensor([initial_at + (keepsInitial ? batch * channels * states : 0)]);
  const tensors = {
    ...dense(inputs),
    dy,
    a_log: weights.aLog,
    skip: weights.d,
    dt_bias: weights.dtBias,
    saved,
    partials,
    ...(lengths && { lengths: lengths.device }),
    ...(ends && { ends }),
  };

  const now = placeGradients({ du: targets.u, ddelta: targets.delta, dz: targets.z });
  gpu.dispatch(
    gradientKernel({
      quads,
      channels: plan.channels,
      tile,
      sub: plan.sub,
      ragged,
      gated: !!inputs.z,
      end: ends ? chunks === 1 ? "given" : "carried" : "zero",
      keepsInitial,
      placing: now.placing,
    }),
    { ...tensors, ...now.tensors },
    {
      length,
      rows,
      channels,
      across,
      chunks,
      chunk: plan.chunk,
      tiles: Math.ceil(length / tile),
      groups: parts * across,
      reverse: Number(reverse),
      weights_at,
      initial_at,
      ...layout(inputs),
      ...now.params,
    },
    gpu.grid(parts * across),
  );

  const { b: db, c: dc, aLog: da_log, d: dd, dtBias: ddt_bias } = targets;
  const last = placeGradients({
    db,
    dc,
    da_log,
    dd,
    ddt_bias,
    dinitial: keepsInitial ? targets.initialState : undefined,
  });
  const jobs = {
    inputs: db || dc ? rows * quads : 0,
    weights: da_log || dd || ddt_bias ? partWidth / 4 : 0,
    initials: keepsInitial ? batch * quads * channels : 0,
  };
  const input_groups = Math.ceil(jobs.inputs / FINISH_THREADS);
  const weight_groups = Math.ceil(jobs.weights / FINISH_LANES);
  const groups = input_groups + weight_groups + Math.ceil(jobs.initials / FINISH_THREADS);
  gpu.dispatch(
    finishKernel(quads, ragged, last.placing),
    { ...tensors, ...last.tensors },
    {
      length,
      rows,
      channels,
      slabs: across,
      parts,
      weights_at,
      initial_at,
      ...jobs,
      input_groups,
      weight_groups,
      groups,
      ...last.params,
    },
    gpu.grid(groups),
  );
}

/** The gradient of each chunk's end state, vec4 [B, chunks, N / 4, D] last chunk first; that of the first state in passing. */
function carryAdjoints(
  gpu: Gpu,
  { inputs, weights, lengths, reverse }: RecordedScan,
  dy: Tensor,
  dFinal: Tensor | undefined,
  initial: GradientTarget | undefined,
  plan: BackwardPlan,
): Tensor {
  const { batch, length, channels, states } = scanShape(inputs, weights);
  const quads = states / 4;
  const chunks = Math.ceil(length / plan.chunk);
  const tensors = {
    ...dense(inputs),
    dy,
    a_log: weights.aLog,
    dt_bias: weights.dtBias,
    states: gpu.tensor([batch, chunks, channels * states]),
    sums: gpu.tensor([batch, chunks, channels]),
    ...(lengths && { lengths: lengths.device }),
    ...(dFinal && { first: dFinal }),
    ...(initial && { last: initial.into.tensor }),
  };
  // What the first chunk adds matters to the initial state only.
  const taken = initial ? chunks : chunks - 1;
  const across = Math.ceil(channels / plan.threads);
  const groups = batch * taken * across;
  gpu.dispatch(
    adjointKernel({ ...ADJOINT, quads, threads: plan.threads, ragged: !!lengths, gated: !!inputs.z }),
    tensors,
    {
      length,
      channels,
      across,
      chunks,
      taken,
      groups,
      chunk: plan.chunk,
      reverse: Number(reverse),
      ...layout(inputs),
    },
    gpu.grid(groups),
  );
  const carryAcross = Math.ceil(channels * states / CARRY_LANES);
  gpu.dispatch(
    carryKernel(quads, plan.segments, !!dFinal, !!initial, initial?.accumulate ?? false),
    tensors,
    {
      channels,
      chunks,
      across: carryAcross,
      groups: batch * carryAcross,
      segment: Math.ceil(chunks / plan.segments),
    },
    gpu.grid(batch * carryAcross),
  );
  return tensors.states;
}
