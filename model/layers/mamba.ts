import { causalConv1d } from "../../kernels/causal_conv1d/causal_conv1d.ts";
import { causalConv1dStep } from "../../kernels/causal_conv1d/causal_conv1d_step.ts";
import { asColumns, type Columns, columns, type Gpu, size, type Tensor, width } from "../../kernels/gpu/mod.ts";
import type { Lengths } from "../../kernels/lengths.ts";
import { matmul } from "../../kernels/matmul/matmul.ts";
import { selectiveScan } from "../../kernels/selective_scan/selective_scan.ts";
import { selectiveScanStep } from "../../kernels/selective_scan/selective_scan_step.ts";
import type { ModelConfig } from "../config.ts";
import { constant, fanIn, type Initializer, sambaALog, stepBias, uniform } from "../initialization.ts";
import type { Parameters } from "../parameters.ts";
import { residualLinear } from "./dropout.ts";
import { linear, type LinearWeights, linearWeights, normedLinear } from "./linear.ts";
import type { NormWeights } from "./norm.ts";

/** What one direction of a Mamba layer has of its own. D is the inner width, N the state size. */
export interface ScanWeights {
  /** Depthwise causal convolution: weight [4, D], bias [D]. */
  readonly convolution: { readonly weight: Tensor; readonly bias: Tensor };
  /** [D, rank + 2N]: gives Δ (in low rank), B and C from the input. */
  readonly xProjection: LinearWeights;
  /** [rank, D]. */
  readonly dtProjection: LinearWeights;
  /** A = −exp(aLog) [D, N]; skip d [D]; Δ = softplus(… + dtBias) [D]. */
  readonly aLog: Tensor;
  readonly d: Tensor;
  readonly dtBias: Tensor;
}

/** A Mamba layer; `backward` where it is bidirectional. */
export interface MambaWeights {
  /** [d, 2D]: the input x and the gate z. */
  readonly inProjection: LinearWeights;
  readonly forward: ScanWeights;
  readonly backward?: ScanWeights;
  /** [D, d]. */
  readonly outProjection: LinearWeights;
}

/** All that a causal Mamba layer knows of the past: its last inputs [B, 3, D] and its state [B, D, N]. */
export interface MambaState {
  readonly convolution: Tensor;
  readonly ssm: Tensor;
}

/** Which rows are real, and what came before them. */
export interface MambaContext {
  readonly lengths?: Lengths | undefined;
  readonly state?: MambaState | undefined;
}

/** What fixes the shapes of a layer and its state. */
export type MambaSizes = Pick<ModelConfig, "width" | "ssm">;

/** Declares a Mamba layer; `aLog`: the initial logarithms of its states' rates. */
export function mambaWeights(
  p: Parameters,
  config: MambaSizes,
  bidirectional: boolean,
  aLog: Initializer = sambaALog,
): MambaWeights {
  const inner = config.ssm.expand * config.width;
  return {
    inProjection: linearWeights(p.at("in_proj"), config.width, 2 * inner, false),
    forward: scanWeights(p.at("forward"), config, inner, aLog),
    ...(bidirectional ? { backward: scanWeights(p.at("backward"), config, inner, aLog) } : {}),
    outProjection: linearWeights(p.at("out_proj"), inner, config.width, false),
  };
}

function scanWeights(p: Parameters, { ssm }: MambaSizes, inner: number, aLog: Initializer): ScanWeights {
  return {
    convolution: {
      weight: p.get("conv.weight", [ssm.convolution, inner], fanIn(ssm.convolution)),
      bias: p.get("conv.bias", [inner], fanIn(ssm.convolution)),
    },
    xProjection: linearWeights(p.at("x_proj"), inner, ssm.rank + 2 * ssm.state, false),
    dtProjection: { weight: p.get("dt_proj.weight", [ssm.rank, inner], uniform(1 / Math.sqrt(ssm.rank))) },
    aLog: p.get("a_log", [inner, ssm.state], aLog),
    d: p.get("d", [inner], constant(1)),
    dtBias: p.get("dt_bias", [inner], stepBias),
  };
}

/** The state before any input: zeros. */
export function mambaState(gpu: Gpu, config: MambaSizes, batch: number): MambaState {
  const inner = config.ssm.expand * config.width;
  return {
    convolution: gpu.zeros([batch, config.ssm.convolution - 1, inner], "f32", "state"),
    ssm: gpu.zeros([batch, inner, config.ssm.state], "f32", "state"),
  };
}

/**
 * Mamba (Gu and Dao 2023, figure 3): in_proj → causal convolution and SiLU → selective scan → gate → out_proj, and for a
 * bidirectional layer the sum of that with a second scan over the length-aware reversed input. x [B, T, d] → [B, T, d].
 * With a state, the layer continues from it and leaves it after the last real row.
 */
export function mamba(
  gpu: Gpu,
  weights: MambaWeights,
  x: Tensor,
  context: MambaContext = {},
): Tensor {
  using scope = gpu.scope();
  const y = mix(gpu, weights, linear(gpu, weights.inProjection, x), context);
  return scope.keep(linear(gpu, weights.outProjection, y));
}

/** x + Mamba(LN x): the layer as all blocks have it. */
export function residualMamba(
  gpu: Gpu,
  norm: NormWeights,
  weights: MambaWeights,
  x: Tensor,
  context: MambaContext = {},
): Tensor {
  using scope = gpu.scope();
  const y = mix(gpu, weights, normedLinear(gpu, norm, weights.inProjection, x), context);
  return scope.keep(residualLinear(gpu, weights.outProjection, y, x));
}

/** What lies between in_proj and out_proj: both scans and the gate. xz [B, T, 2D] → [B, T, D]. */
export function mix(gpu: Gpu, weights: MambaWeights, xz: Tensor, { lengths, state }: MambaContext): Tensor {
  using scope = gpu.scope();
  const inner = width(xz) / 2;
  const input = columns(xz, 0, inner);
  const gate = columns(xz, inner, inner);
  let y = scan(gpu, weights.forward, input, gate, { lengths, state });
  if (weights.backward) y = scan(gpu, weights.backward, input, gate, { lengths, sum: y });
  return scope.keep(y);
}

/**
 * Lets a causal layer hear x [B, T, d] for its state's sake only: the gate and the way out are left out, so it costs about a
 * third of the layer.
 */
export function advanceMamba(gpu: Gpu, weights: MambaWeights, x: Tensor, lengths: Lengths, state: MambaState): void {
  using _scope = gpu.scope();
  const inner = width(weights.inProjection.weight) / 2;
  const input = matmul(gpu, x, columns(weights.inProjection.weight, 0, inner));
  scan(gpu, weights.forward, asColumns(input), undefined, { lengths, state });
}

interface ScanOptions {
  lengths?: Lengths | undefined;
  state?: MambaState | undefined;
  /** What a reversed scan adds its output to. */
  sum?: Tensor;
}

function scan(gpu: Gpu, weights: ScanWeights, input: Columns, z: Columns | undefined, options: ScanOptions): Tensor {
  using scope = gpu.scope();
  const { lengths, state, sum } = options;
  const oneStep = state !== undefined && input.tensor.shape[1] === 1 && lengths === undefined;
  const u = oneStep
    ? causalConv1dStep(gpu, input, weights.convolution.weight, weights.convolution.bias, state.convolution, {
      silu: true,
    })
    : convolve(gpu, weights, input, options);
  const dtBC = linear(gpu, weights.xProjection, u);
  const rank = weights.dtProjection.weight.shape[0];
  const stateSize = width(weights.aLog);
  const inputs = {
    u,
    delta: linear(gpu, weights.dtProjection, columns(dtBC, 0, rank)),
    b: columns(dtBC, rank, stateSize),
    c: columns(dtBC, rank + stateSize, stateSize),
    ...(z ? { z } : {}),
  };
  if (oneStep) return scope.keep(selectiveScanStep(gpu, inputs, weights, state.ssm));
  const { y, finalState } = selectiveScan(gpu, inputs, weights, {
    ...(lengths ? { lengths } : {}),
    ...(sum ? { reverse: true, accumulate: sum } : {}),
    ...(state ? { initialState: state.ssm, wantFinalState: true } : {}),
  });
  if (state && finalState) gpu.copy(finalState, 0, state.ssm, 0, size(state.ssm));
  return scope.keep(y);
}

function convolve(gpu: Gpu, weights: ScanWeights, input: Columns, { lengths, state, sum }: ScanOptions): Tensor {
  using scope = gpu.scope();
  const { y, finalState } = causalConv1d(gpu, input, weights.convolution.weight, weights.convolution.bias, {
    silu: true,
    ...(lengths ? { lengths } : {}),
    ...(sum ? { reverse: true } : {}),
    ...(state ? { state: state.convolution, wantFinalState: true } : {}),
  });
  if (state && finalState) gpu.copy(finalState, 0, state.convolution, 0, size(state.convolution));
  return scope.keep(y);
}
