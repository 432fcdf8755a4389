import { asColumns, type Gpu, size, Tape, type Tensor } from "../gpu/mod.ts";
import { assertClose, TestRandom } from "../testing/mod.ts";
import type { BackwardPlan } from "./backward_plan.ts";
import { type ScanPlan, scanPlan } from "./plan.ts";
import { uploadScan } from "./scan_test_case.ts";
import { scanPlanned } from "./selective_scan.ts";
import { type ScanGradients, selectiveScanBackwardReference } from "./selective_scan_backward_reference.ts";
import type { ScanArrays } from "./selective_scan_reference.ts";

/** Relative error that float32 may leave in a gradient, which sums over channels, time and batch. */
export const GRADIENT_TOLERANCE = 5e-6;

/** Tiles of 4 steps in the forward, chunks of two tiles of two parts in the backward: short sequences cross all borders. */
export const FORWARD: ScanPlan = { chunk: 8, threads: 8, tile: 4, unrolled: 2, segments: 3 };
export const CHUNKED: BackwardPlan = { chunk: 8, channels: 8, sub: 2, threads: 8, segments: 3 };
export const ONE_PASS: BackwardPlan = { ...CHUNKED, chunk: 1000, sub: 1 };

/** Random gradients of a scan's outputs. */
export function randomOutputs({ batch, length, channels, states }: ScanArrays): {
  dy: Float32Array;
  dFinal: Float32Array;
} {
  const random = new TestRandom(5);
  return { dy: random.normals(batch * length * channels), dFinal: random.normals(batch * channels * states) };
}

/** dy on the device, with NaN in the rows of padding, which no gradient may show. */
export function uploadPadded(gpu: Gpu, scan: ScanArrays, dy: Float32Array): Tensor {
  const { batch, length, channels, lengths } = scan;
  const copy = dy.slice();
  lengths?.forEach((valid, b) => copy.fill(NaN, (b * length + valid) * channels, (b + 1) * length * channels));
  // Writing nothing to a buffer ends Deno 2.9.6.
  return copy.length > 0 ? gpu.upload(copy, [batch, length, channels]) : gpu.tensor([batch, length, channels]);
}

/** Several tensors on the host: a readback each would take most of a test's time. */
export async function readAll(gpu: Gpu, tensors: readonly Tensor[]): Promise<Float32Array[]> {
  const all = gpu.tensor([tensors.reduce((sum, x) => sum + size(x), 0)]);
  let end = 0;
  const spans = tensors.map((x): [number, number] => [end, end += size(x)]);
  tensors.forEach((x, i) => gpu.copy(x, 0, all, spans[i][0], size(x)));
  const values = await gpu.read(all);
  return spans.map(([from, to]) => values.subarray(from, to));
}

/** Fails unless all gradients of a scan, given ones of y and the final state, are the reference's. */
export async function checkGradients(
  gpu: Gpu,
  scan: ScanArrays,
  forward: ScanPlan = scanPlan(gpu, scan.batch, scan.length, scan.channels),
  backward?: BackwardPlan,
): Promise<void> {
  const { inputs, weights, options } = uploadScan(gpu, scan);
  const { dy, dFinal } = randomOutputs(scan);
  const { initialState, accumulate } = options;
  const wanted = { ...inputs, ...weights, ...(initialState && { initialState }), ...(accumulate && { accumulate }) };
  const tensors = Object.values(wanted).map((x) => asColumns(x).tensor);
  using tape = new Tape(gpu);
  for (const x of tensors) tape.track(x);
  const { y, finalState } = tape.recording(() => scanPlanned(gpu, inputs, weights, options, forward, backward));
  {
    using _given = gpu.scope();
    tape.add(y, uploadPadded(gpu, scan, dy));
    tape.add(finalState!, gpu.upload(dFinal, finalState!.shape));
  }
  tape.backward();
  const gradients = await readAll(gpu, tensors.map((x) => tape.takeGradient(x)!));
  const expected = selectiveScanBackwardReference(scan, dy, dFinal);
  Object.keys(wanted).forEach((name, i) => {
    // The gradient of what is added to y is dy itself, with what it holds in padding.
    if (name === "accumulate") assertClose(gradients[i].map((v) => v || 0), expected.accumulate, 1e-7, name);
    else assertClose(gradients[i], expected[name as keyof ScanGradients], GRADIENT_TOLERANCE, `gradient of ${name}`);
  });
}
