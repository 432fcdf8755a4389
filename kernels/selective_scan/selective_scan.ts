import { expectShape, type Gpu, type Tape, type Tensor } from "../gpu/mod.ts";
import type { Lengths } from "../lengths.ts";
import { type BackwardPlan, backwardPlan } from "./backward_plan.ts";
import { CARRY_LANES, carryKernel } from "./carry_kernel.ts";
import { chunkKernel, type ChunkVariant } from "./chunk_kernel.ts";
import { type ScanPlan, scanPlan } from "./plan.ts";
import { dense, layout, type ScanInputs, scanShape, type ScanWeights } from "./scan_inputs.ts";
import { type RecordedScan, selectiveScanBackward } from "./selective_scan_backward.ts";

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
 * Rows past a sequence's length are never looked at. Throws RangeError where shapes do not fit. Under a tape it keeps the
 * states before every 32nd step, D N / 32 numbers a step, for its gradients.
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

/** `selectiveScan` cut up as `plan` says, and its gradients as `backwardPlanned` does: for tests and tuning. */
export function scanPlanned(
  gpu: Gpu,
  inputs: ScanInputs,
  weights: ScanWeights,
  options: ScanOptions,
  plan: ScanPlan,
  backwardPlanned?: BackwardPlan,
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
  const { u, delta, b, c, z } = inputs;
  const tracked = [u, delta, b, c, z, weights.aLog, weights.d, weights.dtBias, initialState];
  const saved = tracked.some((x) => gpu.tape?.tracks(x))
    ? gpu.tensor([batch, Math.ceil(length / plan.tile), channels * states])
    : undefined;
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
    ...(saved && { saved }),
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
    const summary = { ...variant, gated: false, accumulates: false, keepsLast: false, saves: false };
    // The last chunk's end is nobody's start.
    pass({ ...summary, writes: "summary", start: "zero" }, wantFinalState ? chunks : chunks - 1);
    const carryAcross = Math.ceil(channels * states / CARRY_LANES);
    gpu.dispatch(
      carryKernel(quads, plan.segments, !!initialState, wantFinalState, false),
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
  const output = { gated: !!inputs.z, accumulates: !!accumulate, keepsLast, saves: !!saved };
  pass({ ...variant, writes: "output", start, ...output }, chunks);
  const scan = saved && { inputs, weights, lengths, reverse, saved, tile: plan.tile };
  gpu.tape?.record(
    "selectiveScan",
    [...tracked, accumulate],
    last ? [y, last] : [y],
    scan ? [...tracked, lengths?.device, saved] : [],
    (tape) => {
      if (scan) backward(gpu, tape, scan, initialState, y, last, backwardPlanned);
      if (accumulate) tape.pass(y, accumulate);
    },
  );
  scope.keep(y, ...(last ? [last] : []));
  return last ? { y, finalState: last } : { y };
}

/** What a tape runs for `selectiveScan`. */
function backward(
  gpu: Gpu,
  tape: Tape,
  scan: RecordedScan,
  initialState: Tensor | undefined,
  y: Tensor,
  last: Tensor | undefined,
  plan: BackwardPlan | undefined,
): void {
  const { inputs: { u, delta, b, c, z }, weights: { aLog, d, dtBias } } = scan;
  const [batch, length, channels] = y.shape;
  const targets = {
    u: tape.gradientInto(u),
    delta: tape.gradientInto(delta),
    z: tape.gradientInto(z),
    b: tape.gradientInto(b),
    c: tape.gradientInto(c),
    aLog: tape.gradientInto(aLog),
    d: tape.gradientInto(d),
    dtBias: tape.gradientInto(dtBias),
    initialState: tape.gradientInto(initialState),
  };
  const dy = tape.gradientOf(y) ?? gpu.zeros(y.shape);
  const dFinal = last && tape.gradientOf(last);
  const states = aLog.shape[1];
  const chosen = plan ?? backwardPlan(gpu, batch, length, channels, states, scan.tile);
  selectiveScanBackward(gpu, scan, dy, dFinal, targets, chosen);
}
