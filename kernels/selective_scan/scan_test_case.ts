import { columns, type Gpu, type Tensor } from "../gpu/mod.ts";
import { lengths } from "../lengths.ts";
import { TestRandom } from "../testing/mod.ts";
import type { ScanInputs, ScanOptions, ScanWeights } from "./selective_scan.ts";
import type { ScanArrays } from "./selective_scan_reference.ts";

/** Which scan a test draws; what is left out is absent. */
export interface ScanCase {
  readonly batch?: number;
  readonly length: number;
  readonly channels?: number;
  readonly states?: number;
  readonly gated?: boolean;
  readonly lengths?: readonly number[];
  readonly reverse?: boolean;
  readonly initialState?: boolean;
  readonly accumulate?: boolean;
}

/** Random input of a scan, with steps of 10⁻³ … 1 as trained models have. */
export function randomScan(seed: number, test: ScanCase): ScanArrays {
  const { batch = 1, length, channels = 5, states = 4 } = test;
  const random = new TestRandom(seed);
  const rows = batch * length;
  return {
    batch,
    length,
    channels,
    states,
    u: random.normals(rows * channels),
    delta: random.normals(rows * channels),
    b: random.normals(rows * states),
    c: random.normals(rows * states),
    z: test.gated ? random.normals(rows * channels, 2) : undefined,
    aLog: Float32Array.from({ length: channels * states }, (_, i) => Math.log(1 + i % states) + 0.1 * random.normal()),
    d: random.normals(channels),
    dtBias: random.normals(channels, 2).map((v) => v - 3),
    lengths: test.lengths,
    reverse: test.reverse,
    initialState: test.initialState ? random.normals(batch * channels * states) : undefined,
    accumulate: test.accumulate ? random.normals(rows * channels) : undefined,
  };
}

/** The same scan on the device; the rows of padding hold NaN there, which no result may show. */
export function uploadScan(
  gpu: Gpu,
  scan: ScanArrays,
): { inputs: ScanInputs; weights: ScanWeights; options: ScanOptions } {
  const { batch, length, channels, states } = scan;
  const inTime = (values: ArrayLike<number>, width: number): Tensor => {
    const copy = Float32Array.from(values);
    scan.lengths?.forEach((valid, sequence) =>
      copy.fill(NaN, (sequence * length + valid) * width, (sequence + 1) * length * width)
    );
    // Writing nothing to a buffer ends Deno 2.9.6.
    return copy.length > 0 ? gpu.upload(copy, [batch, length, width]) : gpu.tensor([batch, length, width]);
  };
  const upload = (values: ArrayLike<number>, shape: number[]): Tensor => gpu.upload(Float32Array.from(values), shape);
  return {
    inputs: {
      u: inTime(scan.u, channels),
      delta: inTime(scan.delta, channels),
      b: inTime(scan.b, states),
      c: inTime(scan.c, states),
      ...(scan.z && { z: inTime(scan.z, channels) }),
    },
    weights: {
      aLog: upload(scan.aLog, [channels, states]),
      d: upload(scan.d, [channels]),
      dtBias: upload(scan.dtBias, [channels]),
    },
    options: {
      ...(scan.lengths && { lengths: lengths(gpu, scan.lengths, length) }),
      ...(scan.reverse && { reverse: true }),
      ...(scan.initialState && { initialState: upload(scan.initialState, [batch, channels, states]) }),
      ...(scan.accumulate && { accumulate: inTime(scan.accumulate, channels) }),
      wantFinalState: true,
    },
  };
}

/** Columns that hold `values` [rows, width] inside a wider tensor [batch, rows / batch, before + width + 3]. */
export function amongOthers(gpu: Gpu, values: ArrayLike<number>, batch: number, width: number, before: number) {
  const stride = before + width + 3;
  const rows = values.length / width;
  const wide = new Float32Array(rows * stride).fill(NaN);
  for (let i = 0; i < values.length; i++) wide[Math.floor(i / width) * stride + before + i % width] = values[i];
  return columns(gpu.upload(wide, [batch, rows / batch, stride]), before, width);
}
