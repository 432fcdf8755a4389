import { expectShape, type Gpu, type Tensor } from "../gpu/mod.ts";
import type { Lengths } from "../lengths.ts";
import { CARRY_LANES, carryKernel } from "./carry_kernel.ts";
import { chunkKernel, type ChunkVariant } from "./chunk_kernel.ts";
import { type ScanPlan, scanPlan } from "./plan.ts";
import { dense, layout, type ScanInputs, scanShape, type ScanWeights } from "./scan_inputs.ts";

export type { ScanInputs, ScanWeights } from "./scan_inputs.ts";

export interface ScanOptions {
  /** Rows of each sequence that are real; without it all are. */
  readonly lengths?: Lengths;
  /** Scans each sequence from its own last valid row down to row 0. */
  readonly reverse?: boolean;
  /** h before the first step, [B, D, N]; zero without it. */
  readonly initialState?: Tensor;
  /** Also returns h after the last step taken. */
  readonly wantFinalState?: boolean;
  /** [B, L, D], added to y (not in padding): the other direction's y. */
  readonly accumulate?: Tensor;
}

export interface ScanResult {
  /** [B, L, D]; rows of padding are zero. */
  readonly y: Tensor;
  /** [B, D, N], when it was wanted. */
  readonly finalState?: Tensor;
}

/**
 * Mamba-1's selective scan (Gu and Dao 2023, algorithm 2), forward:
 * h_t = exp(Δ_t A) ∘ h_{t−1} + Δ_t B_t u_t, y_t = (C_t·h_t + d u_t) ∘ SiLU(z_t), with Δ = softplus(delta + dtBias).
 * Rows past a sequence's length are never looked at. Throws RangeError where shapes do not fit.
 */
export function selectiveScan(
  gpu: Gpu,
  inputs: ScanInputs,
  weights: ScanWeights,
  options: ScanOptions = {},
): ScanResult {
  const { batch, length, channels } = scanShape(inputs, weights);
  return scanPlanned(gpu, inputs, weights, options, scanPlan(gpu, batch, length, channels));
}

/** `selectiveScan` cut up as `plan` says: for tests and tuning. */
export function scanPlanned(
  gpu: Gpu,
  inputs: ScanInputs,
  weights: ScanWeights,
  options: ScanOptions,
  plan: ScanPlan,
): ScanResult {
  const { batch, length, channels, states } = scanShape(inputs, weights);
  const { lengths, reverse = false, initialState, wantFinalState = false, accumulate } = options;
  if (initialState) expectShape("initialState", initialState, [batch, channels, states]);
  if (accumulate) expectShape("accumulate", accumulate, [batch, length, channels]);
  if (lengths && lengths.host.length !== batch) {
    throw new RangeError(`lengths: expected one for each of ${batch} sequences, got ${lengths.host.length}`);
  }

  using scope = gpu.scope();
  const chunks = Math.max(1, Math.ceil(length / plan.chunk));
  const quads = states / 4;
  const y = gpu.tensor([batch, length, channels]);
  const last = wantFinalState ? gpu.tensor([batch, channels, states], "f32", "state") : undefined;
  const carried = chunks === 1 ? undefined : {
    states: gpu.tensor([batch, chunks, channels * states]),
    sums: gpu.tensor([batch, chunks, channels]),
  };
  const tensors = {
    ...dense(inputs),
    a_log: weights.aLog,
    skip: weights.d,
    dt_bias: weights.dtBias,
    y,
    ...(lengths && { lengths: lengths.device }),
    ...(accumulate && { accumulate }),
    ...(initialState && { first: initialState }),
    ...(last && { last }),
    ...carried,
  };
  const across = Math.ceil(channels / plan.threads);
  const variant = { quads, threads: plan.threads, tile: plan.tile, unrolled: plan.unrolled, ragged: !!lengths };
  const pass = (variant: ChunkVariant, taken: number): void => {
    const groups = batch * taken * across;
    const sizes = { length, channels, across, chunks, taken, groups, chunk: plan.chunk, reverse: Number(reverse) };
    gpu.dispatch(chunkKernel(variant), tensors, { ...sizes, ...layout(inputs) }, gpu.grid(groups));
  };

  if (carried) {
    const summary = { ...variant, gated: false, accumulates: false, keepsLast: false };
    // The last chunk's end is nobody's start.
    pass({ ...summary, writes: "summary", start: "zero" }, wantFinalState ? chunks : chunks - 1);
    const carryAcross = Math.ceil(channels * states / CARRY_LANES);
    gpu.dispatch(
      carryKernel(quads, plan.segments, !!initialState, wantFinalState),
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
  }
  const start = carried ? "carried" : initialState ? "given" : "zero";
  const keepsLast = wantFinalState && !carried;
  pass({ ...variant, writes: "output", start, gated: !!inputs.z, accumulates: !!accumulate, keepsLast }, chunks);
  scope.keep(y, ...(last ? [last] : []));
  return last ? { y, finalState: last } : { y };
}
