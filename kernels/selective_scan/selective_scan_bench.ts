import { type KernelBenchmark, randomTensor } from "../bench.ts";
import { columns, type Gpu, type Tensor } from "../gpu/mod.ts";
import { naiveScan } from "./naive_scan.ts";
import type { ScanPlan } from "./plan.ts";
import { type ScanInputs, scanPlanned, type ScanWeights, selectiveScan } from "./selective_scan.ts";
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
      const random = (seed: number, width: number, scale = 1): Tensor =>
        randomTensor(gpu, [batch, length, width], seed, scale);
      // x_proj leaves B and C as columns behind those of dt.
      const rank = Math.ceil(channels / 32);
      const projected = random(5, rank + 2 * STATES);
      const inputs = {
        u: random(1, channels),
        delta: random(2, channels, 2),
        b: packed ? random(5, STATES) : columns(projected, rank, STATES),
        c: packed ? random(6, STATES) : columns(projected, rank + STATES, STATES),
        z: random(3, channels),
      };
      const weights = {
        aLog: randomTensor(gpu, [channels, STATES], 7, 2),
        d: randomTensor(gpu, [channels], 8),
        dtBias: gpu.upload(new Float32Array(channels).fill(-4)),
      };
      const state = gpu.zeros([batch, channels, STATES]);
      return () => launch(gpu, inputs, weights, state);
    },
  };
}

const scan = (shape: Shape, small = false): KernelBenchmark =>
  scanBenchmark("", shape, small, (gpu, inputs, weights) => selectiveScan(gpu, inputs, weights));

const naive = (shape: Shape, small = false): KernelBenchmark =>
  scanBenchmark(" naive", shape, small, (gpu, inputs, weights) => naiveScan(gpu, inputs, weights), true);

const HALF_HOUR: Shape = [1, 45000, 512];
const UTTERANCES: Shape = [16, 2048, 512];

/** Half an hour in 40 ms frames (512 and 1024 channels), batches of utterances, shorter ones, a decoding step; small. */
export const benchmarks: readonly KernelBenchmark[] = [
  scan(HALF_HOUR),
  scan([1, 45000, 1024]),
  scan(UTTERANCES),
  scan([32, 512, 512]),
  scan([1, 7500, 512]),
  scan([1, 750, 512]),
  naive([1, 7500, 512]),
  scanBenchmark(" step", [16, 1, 512], true, selectiveScanStep),
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

/** The ladder's second rung, one pass; and the closest rivals of the chosen chunks. */
export const candidates: readonly KernelBenchmark[] = [
  planned([1, 7500, 512], { ...BASE, chunk: 7500, segments: 4 }),
  planned(HALF_HOUR, { ...BASE, chunk: 128, segments: 16 }),
  planned(UTTERANCES, { ...BASE, chunk: 32, segments: 4 }),
];
