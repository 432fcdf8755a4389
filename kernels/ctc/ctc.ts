import { describe, expectShape, type Gpu, type IntegerTensor, type Tensor } from "../gpu/mod.ts";
import type { Lengths } from "../lengths.ts";
import { CHAIN_THREADS, chainsKernel, gradientKernel } from "./ctc_gradient.ts";
import { type CtcLayout, ctcLayout, pathsKernel } from "./ctc_paths.ts";
import { lanesFor, ROW_THREADS, rowTotalsKernel } from "./ctc_rows.ts";

/** What `ctcLoss` gives. */
export interface CtcLoss {
  /** −ln p(labels | logits) · scale of every utterance, in nats [B]. */
  readonly loss: Tensor;
  /** 1 where no alignment exists (see `ctcMinimumFrames`): the loss and its gradient are zero there. u32 [B]. */
  readonly impossible: IntegerTensor;
}

/**
 * Connectionist temporal classification (Graves et al. 2006): −ln of the probability that a frame-wise choice of classes,
 * with repeats merged and blanks (class 0) dropped, reads as the labels.
 *
 * logits [B, T, V], of which the first lengths[b] rows are read; labels u32 [B, L] with 1 ≤ label < V, of which the first
 * labelLengths[b] are read (none at all is a legal text: all blank); scale: one factor, or one an utterance. Under a tape
 * it is a loss: the gradient of Σ loss by the logits is (softmax − occupancy) · scale, zero in padding rows.
 *
 * Throws a RangeError when shapes do not fit, and GpuError "over-limit" when the gradient's two variables, of 8 bytes a
 * frame and label each, exceed what the device binds.
 */
export function ctcLoss(
  gpu: Gpu,
  logits: Tensor,
  lengths: Lengths,
  labels: Tensor,
  labelLengths: Lengths,
  scale: number | readonly number[],
  layout: CtcLayout = ctcLayout(gpu, Math.max(0, ...labelLengths.host)),
): CtcLoss {
  const batch = lengths.host.length;
  expectShape(`ctcLoss with ${batch} lengths`, logits, [batch, -1, -1]);
  expectShape(`ctcLoss's labels`, labels, [labelLengths.host.length === batch ? batch : 0, -1]);
  const [, time, classes] = logits.shape;
  const width = labels.shape[1];
  if (classes === 0 || labels.type !== "u32") {
    throw new RangeError(`ctcLoss of ${describe(logits)}, ${describe(labels)}`);
  }
  if (typeof scale !== "number" && scale.length !== batch) {
    throw new RangeError(`ctcLoss: ${scale.length} scales for ${batch} utterances`);
  }
  using scope = gpu.scope();
  const scaled = typeof scale !== "number";
  const scales: { scales?: Tensor } = scaled ? { scales: gpu.upload(Float32Array.from(scale), [batch]) } : {};
  const rows = batch * time;
  const frames = Math.max(0, ...lengths.host);
  const params = { time, frames, classes, width, scale: scaled ? 1 : scale };
  const given = { logits, lengths: lengths.device, labelLengths: labelLengths.device };

  const totals = gpu.tensor([batch, time]);
  const lanes = lanesFor(classes);
  const groups = gpu.grid(Math.ceil(rows / (ROW_THREADS / lanes)));
  gpu.dispatch(rowTotalsKernel(lanes), { logits, lengths: lengths.device, totals }, { rows, time, classes }, groups);

  const loss = gpu.tensor([batch]);
  const impossible: IntegerTensor = gpu.tensor([batch], "u32");
  const { tape } = gpu;
  const keep = tape?.tracks(logits) ?? false;
  const keptShape = [batch, frames, layout.pairs * layout.threads, 2];
  const kept = keep ? { alpha: gpu.tensor(keptShape), beta: gpu.tensor(keptShape) } : undefined;
  gpu.dispatch(
    pathsKernel(layout.threads, layout.pairs, keep, scaled),
    { ...given, totals, labels, ...scales, loss, impossible, ...kept },
    params,
    [batch, keep ? 2 : 1],
  );

  if (kept) {
    const saved = [...Object.values(given), ...Object.values(kept), totals, labels, impossible, scales.scales];
    tape?.record("ctc", [logits], [], saved, (tape) => {
      const chains = gpu.tensor([batch, width, 2], "u32");
      gpu.dispatch(chainsKernel, { labels, labelLengths: labelLengths.device, chains }, { width }, [
        Math.ceil(width / CHAIN_THREADS),
        batch,
      ]);
      const gradient = gpu.tensor(logits.shape);
      const threads = gradientThreads(gpu, classes, layout);
      gpu.dispatch(
        gradientKernel(threads, layout, scaled),
        { ...given, ...kept, totals, chains, impossible, ...scales, gradient },
        { ...params, rows },
        gpu.grid(rows),
      );
      tape.add(logits, gradient);
    });
  }
  scope.keep(loss, impossible);
  return { loss, impossible };
}

/** Invocations a row of the gradient: some classes or states for each. */
function gradientThreads(gpu: Gpu, classes: number, { threads, pairs }: CtcLayout): number {
  const work = Math.max(classes, threads * pairs);
  const most = gpu.adapter.isSoftware ? 32 : 256;
  let chosen = 32;
  while (chosen < most && chosen * 2 < work) chosen *= 2;
  return chosen;
}
