import { type KernelBenchmark, randomTensor } from "../bench.ts";
import { asColumns, type Columns, columns, type Gpu, type GradientTarget, part, type Tensor } from "../gpu/mod.ts";
import { type BackwardPlan, backwardPlan } from "./backward_plan.ts";
import { naiveScan } from "./naive_scan.ts";
import type { ScanPlan } from "./plan.ts";
import { type ScanInputs, scanPlanned, type ScanWeights, selectiveScan } from "./selective_scan.ts";
import { selectiveScanBackward } from "./selective_scan_backward.ts";
import { selectiveScanStep } from "./selective_scan_step.ts";

type Shape = readonly [batch: number, length: number, channels: number];
const STATES = 16;

/** Times `launch` on gated inputs; steps are softplus(±2 − 4) = 0.002 … 0.13. */
function scanBenchmark(
  variant: string,
  [batch, length, channels]: Shape,
  small: boolean,
  launch: (gpu: Gpu, inputs: ScanInputs & { readonly z: Tensor }, weights: ScanWeights, state: Tensor) => void,
  packed = false,
): KernelBenchmark {
  const rows = batch * length;
  return {
    name: `selective_scan${variant} B${batch} D${channels} L${length} N${STATES}`,
    flops: rows * channels * (7 * STATES + 8),
    bytes: 4 * rows * (4 * channels + 2 * STATES),
    small,
    prepare(gpu) {
      const inputs = randomInputs(gpu, [batch, length, channels], packed);
      const weights = randomWeights(gpu, channels);
      const state = gpu.zeros([batch, channels, STATES]);
      return () => launch(gpu, inputs, weights, state);
    },
  };
}

/** x_proj leaves B and C as columns behind those of dt, unless they are `packed`. */
function randomInputs(
  gpu: Gpu,
  [batch, length, channels]: Shape,
  packed = false,
): ScanInputs & { readonly z: Tensor } {
  const random = (seed: number, width: number, scale = 1): Tensor =>
    randomTensor(gpu, [batch, length, width], seed, scale);
  const rank = Math.ceil(channels / 32);
  const projected = random(5, rank + 2 * STATES);
  return {
    u: random(1, channels),
    delta: random(2, channels, 2),
    b: packed ? random(5, STATES) : columns(projected, rank, STATES),
    c: packed ? random(6, STATES) : columns(projected, rank + STATES, STATES),
    z: random(3, channels),
  };
}

function randomWeights(gpu: Gpu, channels: number): ScanWeights {
  return {
    aLog: randomTensor(gpu, [channels, STATES], 7, 2),
    d: randomTensor(gpu, [channels], 8),
    dtBias: gpu.upload(new Float32Array(channels).fill(-4)),
  };
}

/** Steps between the states that the forward keeps for the backward. */
const SAVED_EVERY = 32;

/**
 * Times the backward's dispatches alone, all gradients of a gated scan: those of the weights are added to parts of one
 * buffer, those of B and C are columns of one tensor, as in training. The saved states are random ones.
 */
function backward(shape: Shape, small = false, plan?: Partial<BackwardPlan>): KernelBenchmark {
  const [batch, length, channels] = shape;
  const rows = batch * length;
  const variant = plan ? ` ${Object.entries(plan).map((entry) => entry.join(" ")).join(" ")}` : "";
  return {
    name: `selective_scan backward${variant} B${batch} D${channels} L${length} N${STATES}`,
    flops: rows * channels * (22 * STATES + 16),
    bytes: 4 * rows * (7 * channels + 4 * STATES),
    small,
    prepare(gpu) {
      const inputs = randomInputs(gpu, shape);
      const weights = randomWeights(gpu, channels);
      const tiles = Math.ceil(length / SAVED_EVERY);
      const saved = randomTensor(gpu, [batch, tiles, channels * STATES], 9);
      const dy = randomTensor(gpu, [batch, length, channels], 10);
      const fresh = (): GradientTarget => ({ into: asColumns(gpu.tensor(dy.shape)), accumulate: false });
      const like = ({ tensor, ...place }: Columns, into: Tensor): GradientTarget => ({
        into: { ...place, tensor: { ...into, shape: tensor.shape } },
        accumulate: false,
      });
      const b = asColumns(inputs.b);
      const projected = gpu.tensor(b.tensor.shape);
      // A binding may start at any 64th element.
      const room = 64 * Math.ceil(channels / 64);
      const all = gpu.zeros([(STATES + 2) * room]);
      const weight = (start: number, shape: number[]): GradientTarget => ({
        into: asColumns(part(all, start, shape)),
        accumulate: true,
      });
      const targets = {
        u: fresh(),
        delta: fresh(),
        z: fresh(),
        b: like(b, projected),
        c: like(asColumns(inputs.c), projected),
        aLog: weight(0, [channels, STATES]),
        d: weight(STATES * room, [channels]),
        dtBias: weight((STATES + 1) * room, [channels]),
      };
      const recorded = { inputs, weights, reverse: false, saved, tile: SAVED_EVERY };
      const chosen = { ...backwardPlan(gpu, batch, length, channels, STATES, SAVED_EVERY), ...plan };
      return () => selectiveScanBackward(gpu, recorded, dy, undefined, targets, chosen);
    },
  };
}

const scan = (shape: Shape, small = false): KernelBenchmark =>
  scanBenchmark("", shape, small, (gpu, inputs, weights) => selectiveScan(gpu, inputs, weights));

const naive = (shape: Shape, small = false): KernelBenchmark =>
  scanBenchmark(" naive", shape, small, (gpu, inputs, weights) => naiveScan(gpu, inputs, weights), true);

const HALF_HOUR: Shape = [1, 45000, 512];
const UTTERANCES: Shape = [16, 2048, 512];
/** A training batch of short utterances: 5 s in 40 ms frames. */
const TRAINING: Shape = [16, 125, 256];

/**
 * Half an hour in 40 ms frames (512 and 1024 channels), batches of utterances, shorter ones, a decoding step; backwards, also
 * of batches as they are trained on; small ones.
 */
export const benchmarks: readonly KernelBenchmark[] = [
  scan(HALF_HOUR),
  scan([1, 45000, 1024]),
  scan(UTTERANCES),
  scan([32, 512, 512]),
  scan([1, 7500, 512]),
  scan([1, 750, 512]),
  naive([1, 7500, 512]),
  scanBenchmark(" step", [16, 1, 512], true, selectiveScanStep),
  backward(HALF_HOUR),
  backward(UTTERANCES),
  backward([32, 512, 512]),
  backward([1, 7500, 512]),
  backward(TRAINING),
  backward([16, 125, 288]),
  backward([1, 256, 64], true),
  scan([1, 256, 64], true),
  naive([1, 256, 64], true),
];

const planned = (shape: Shape, plan: ScanPlan): KernelBenchmark =>
  scanBenchmark(
    ` chunk ${plan.chunk} ${plan.threads}x${plan.tile}x${plan.unrolled} segments ${plan.segments}`,
    shape,
    false,
    (gpu, inputs, weights) => scanPlanned(gpu, inputs, weights, {}, plan),
  );

const BASE = { threads: 128, tile: 32, unrolled: 4 } as const;

/** The ladder's second rung, one pass; the closest rivals of the chosen chunks; and what the backward's plan chose among. */
export const candidates: readonly KernelBenchmark[] = [
  planned([1, 7500, 512], { ...BASE, chunk: 7500, segments: 4 }),
  planned(HALF_HOUR, { ...BASE, chunk: 128, segments: 16 }),
  planned(UTTERANCES, { ...BASE, chunk: 32, segments: 4 }),
  ...[HALF_HOUR, UTTERANCES].flatMap((shape) => [
    backward(shape, false, { sub: 8 }),
    backward(shape, false, { channels: 16 }),
    backward(shape, false, { chunk: 64 }),
    backward(shape, false, { chunk: 256 }),
  ]),
  backward([32, 512, 512], false, { chunk: 512 }),
  backward(TRAINING, false, { sub: 8 }),
  backward(TRAINING, false, { channels: 16 }),
  backward(TRAINING, false, { chunk: 64 }),
];
