import { columnSums } from "../column_sums/column_sums.ts";
import { type Columns, type Gpu, type GradientTarget, rows, type Tensor, width } from "../gpu/mod.ts";
import { activationBackward } from "./activation_backward.ts";
import type { Activation } from "./epilogue.ts";
import { launchMatmul } from "./launch.ts";
import { addProducts } from "./product_sum.ts";
import type { Split } from "./split.ts";

/** What `linear` was given, and the activation's argument where it has one. */
export interface LinearRecord {
  readonly x: Columns;
  readonly weight: Tensor;
  readonly activation: Activation;
  readonly pre?: Tensor | undefined;
}

/** Where the gradients of `linear` go; undefined where they are not wanted. */
export interface LinearTargets {
  readonly x?: GradientTarget | undefined;
  readonly weight?: GradientTarget | undefined;
  readonly bias?: GradientTarget | undefined;
}

/**
 * The gradients of `linear`, dy [..., n] given. dPre = dy·activation′(pre), an elementwise dispatch where there is an
 * activation; dX = dPre·Wᵀ; dW = Xᵀ·dPre, split along the rows, with the sums of dPre's columns, which are the bias's gradient
 * (two dispatches). So two to four dispatches, besides what a residual takes.
 */
export function linearBackward(
  gpu: Gpu,
  { x, weight, activation, pre }: LinearRecord,
  dy: Tensor,
  targets: LinearTargets,
): void {
  if (!targets.x && !targets.weight && !targets.bias) return;
  const dPre = activation === "none" ? dy : activationBackward(gpu, activation, dy, pre);
  if (targets.x) inputGradient(gpu, weight, dPre, targets.x);
  if (targets.weight) weightGradient(gpu, x, dPre, targets.weight, targets.bias);
  else if (targets.bias) columnSums(gpu, dPre, targets.bias);
}

/** dX (+)= dy·Wᵀ. weight [k, n], dy [..., n] → [..., k]. */
function inputGradient(gpu: Gpu, weight: Tensor, dy: Tensor, { into, accumulate }: GradientTarget): void {
  const [k, n] = weight.shape;
  launchMatmul(gpu, {
    a: { tensor: dy, stride: n, offset: 0, batch: 0, transposed: false },
    b: { tensor: weight, stride: n, offset: 0, batch: 0, transposed: true },
    y: into.tensor,
    place: { stride: width(into.tensor), offset: into.offset, batch: 0, adds: accumulate },
    ...{ m: rows(dy), n: k, k: n, batch: 1, scale: 1, activation: "none" },
  });
}

/** dW (+)= xᵀ·dy and db (+)= Σ dy over the rows. x [..., k], dy [..., n] → [k, n], [n]. `split`: for benchmarks. */
export function weightGradient(
  gpu: Gpu,
  x: Columns,
  dy: Tensor,
  weight: GradientTarget,
  bias?: GradientTarget,
  split?: Split,
): void {
  const one = { batch: 0, part: 0 };
  addProducts(
    gpu,
    {
      a: { tensor: x.tensor, stride: width(x.tensor), offset: x.offset, transposed: true, ...one },
      b: { tensor: dy, stride: width(dy), offset: 0, transposed: false, ...one },
      ...{ m: x.width, n: width(dy), k: rows(dy), batch: 1, parts: 1, scale: 1 },
    },
    weight,
    bias,
    split,
  );
}
