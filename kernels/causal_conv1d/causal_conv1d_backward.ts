import { addPartials } from "../column_sums/add_partials.ts";
import { partialSums } from "../column_sums/deferred.ts";
import { type Columns, type Gpu, type GradientTarget, type Tensor, width } from "../gpu/mod.ts";
import type { Lengths } from "../lengths.ts";
import { type BackwardForm, backwardKernel, BLOCK, CHANNELS } from "./backward_kernel.ts";

/** What `causalConv1d` was given. */
export interface CausalConv1dRecord {
  readonly x: Columns;
  readonly weight: Tensor;
  readonly bias: Tensor;
  readonly silu: boolean;
  readonly reverse: boolean;
  readonly lengths?: Lengths | undefined;
  readonly state?: Tensor | undefined;
}

/** Where the gradients of `causalConv1d` go; undefined where they are not wanted. */
export interface CausalConv1dTargets {
  readonly x?: GradientTarget | undefined;
  readonly weight?: GradientTarget | undefined;
  readonly bias?: GradientTarget | undefined;
  readonly state?: GradientTarget | undefined;
}

/** Workgroups that fill a large GPU, or a CPU; further rows go to the same ones, which keeps the partial sums few. */
const WORKGROUPS = 1024;
const SOFTWARE_WORKGROUPS = 16;

/**
 * The gradients of `causalConv1d`, given those of y [B, L, D] and of the final state [B, width − 1, D], in two dispatches (three
 * where dweight and dbias do not lie in one buffer): dx and dstate with the partial sums of dweight and dbias, then their sums.
 */
export function causalConv1dBackward(
  gpu: Gpu,
  { x, weight, bias, silu, reverse, lengths, state }: CausalConv1dRecord,
  dy: Tensor,
  dFinalState: Tensor | undefined,
  targets: CausalConv1dTargets,
): void {
  const [batch, length] = x.tensor.shape;
  const [taps, channels] = weight.shape;
  const sums = targets.weight !== undefined || targets.bias !== undefined;
  const writes = (target: GradientTarget | undefined) => target ? target.accumulate ? "adds" : "writes" : "";
  const form: BackwardForm = {
    taps,
    silu,
    ragged: lengths !== undefined,
    carried: state !== undefined,
    finalGradient: dFinalState !== undefined,
    dx: writes(targets.x),
    sums,
    dState: writes(targets.state),
  };
  if (!form.dx && !sums && !form.dState) return;
  const across = Math.ceil(channels / CHANNELS);
  const all = Math.max(1, Math.ceil(length / BLOCK));
  const enough = gpu.adapter.isSoftware ? SOFTWARE_WORKGROUPS : WORKGROUPS;
  const blocks = Math.max(1, Math.min(all, Math.floor(batch * across * all / enough)));
  const chunks = Math.ceil(all / blocks);
  const partials = sums ? partialSums(gpu, [batch * chunks, taps + 1, channels]) : undefined;
  const groups = batch * chunks * across;
  gpu.dispatch(
    backwardKernel(form),
    {
      ...{ x: x.tensor, weight, dy },
      ...(silu ? { bias } : {}),
      ...(lengths && { lengths: lengths.device }),
      ...(state && { state }),
      ...(dFinalState && { d_last: dFinalState }),
      ...(targets.x && { dx: targets.x.into.tensor }),
      ...(targets.state && { d_state: targets.state.into.tensor }),
      ...(partials && { partials }),
    },
    {
      ...{ length, channels, across, chunks, blocks, groups, reverse: Number(reverse) },
      ...{ x_stride: width(x.tensor), x_at: x.offset },
      dx_stride: targets.x ? width(targets.x.into.tensor) : 0,
      dx_at: targets.x?.into.offset ?? 0,
    },
    gpu.grid(groups),
  );
  if (partials) {
    addPartials(gpu, partials, [{ rows: taps, target: targets.weight }, { rows: 1, target: targets.bias }]);
  }
}
