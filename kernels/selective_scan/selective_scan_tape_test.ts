import assert from "node:assert/strict";
import { columns, type Gpu, part, size, Tape, type Tensor } from "../gpu/mod.ts";
import { assertClose, gpuTest, TestRandom } from "../testing/mod.ts";
import {
  checkGradients,
  CHUNKED,
  FORWARD,
  GRADIENT_TOLERANCE,
  ONE_PASS,
  randomOutputs,
  readAll,
  uploadPadded,
} from "./gradient_test_case.ts";
import { randomScan, uploadScan } from "./scan_test_case.ts";
import { type ScanGradients, selectiveScanBackwardReference } from "./selective_scan_backward_reference.ts";
import { scanPlanned, type ScanWeights, selectiveScan } from "./selective_scan.ts";
import type { ScanArrays } from "./selective_scan_reference.ts";

const BATCH = 2;
const LENGTH = 13;
const CHANNELS = 6;
const STATES = 4;

/** [D, N], [D] and [D] in one buffer, as a model's weights lie, each where a binding may start; and their span. */
function inOneBuffer(gpu: Gpu, values: Float32Array): { weights: ScanWeights; all: Tensor } {
  const all = gpu.upload(values, [256]);
  return {
    all,
    weights: {
      aLog: part(all, 64, [CHANNELS, STATES]),
      d: part(all, 128, [CHANNELS]),
      dtBias: part(all, 192, [CHANNELS]),
    },
  };
}

/** The same elements as host arrays. */
const taken = (all: Float32Array) => ({
  aLog: all.subarray(64, 64 + CHANNELS * STATES),
  d: all.subarray(128, 128 + CHANNELS),
  dtBias: all.subarray(192, 192 + CHANNELS),
});

/** Columns [from, from + width) of [rows, stride]. */
function cut(values: ArrayLike<number>, stride: number, from: number, width: number): Float32Array {
  return Float32Array.from(
    { length: values.length / stride * width },
    (_, i) => values[Math.floor(i / width) * stride + from + i % width],
  );
}

for (const [plan, name] of [[CHUNKED, "in chunks"], [ONE_PASS, "in one pass"]] as const) {
  gpuTest(
    `selectiveScan() both ways adds up gradients of columns and of weights in one buffer, ${name}`,
    async (gpu) => {
      const random = new TestRandom(3);
      // As in a Mamba layer, u and z are columns of one tensor, Δ, B and C of another, among columns that nobody reads.
      const wide = 2 * CHANNELS + 3;
      const thin = CHANNELS + 2 * STATES + 1;
      const uz = random.normals(BATCH * LENGTH * wide);
      const dtBC = random.normals(BATCH * LENGTH * thin);
      const valid = [LENGTH, 7];
      const directions = [false, true].map((reverse) => {
        const weights = random.normals(256, 0.5);
        const scan: ScanArrays = {
          ...randomScan(0, { batch: BATCH, length: LENGTH, channels: CHANNELS, lengths: valid, reverse }),
          u: cut(uz, wide, 1, CHANNELS),
          z: cut(uz, wide, 1 + CHANNELS, CHANNELS),
          delta: cut(dtBC, thin, 0, CHANNELS),
          b: cut(dtBC, thin, CHANNELS, STATES),
          c: cut(dtBC, thin, CHANNELS + STATES, STATES),
          ...taken(weights),
        };
        return { scan, ...inOneBuffer(gpu, weights), sums: gpu.upload(new Float32Array(256).fill(1)) };
      });
      const { options: { lengths } } = uploadScan(gpu, directions[0].scan);
      const uzOnGpu = gpu.upload(uz, [BATCH, LENGTH, wide]);
      const dtBCOnGpu = gpu.upload(dtBC, [BATCH, LENGTH, thin]);
      const inputs = {
        u: columns(uzOnGpu, 1, CHANNELS),
        z: columns(uzOnGpu, 1 + CHANNELS, CHANNELS),
        delta: columns(dtBCOnGpu, 0, CHANNELS),
        b: columns(dtBCOnGpu, CHANNELS, STATES),
        c: columns(dtBCOnGpu, CHANNELS + STATES, STATES),
      };

      using tape = new Tape(gpu);
      tape.track(uzOnGpu);
      tape.track(dtBCOnGpu);
      for (const { weights, sums } of directions) {
        tape.watch(weights.aLog, part(sums, 64, weights.aLog.shape));
        tape.watch(weights.d, part(sums, 128, weights.d.shape));
        tape.watch(weights.dtBias, part(sums, 192, weights.dtBias.shape));
      }
      const { dy } = randomOutputs(directions[0].scan);
      tape.recording(() => {
        using scope = gpu.scope();
        const [one, other] = directions;
        const first = scanPlanned(gpu, inputs, one.weights, { lengths: lengths! }, FORWARD, plan);
        const options = { lengths: lengths!, reverse: true, accumulate: first.y };
        const { y } = scanPlanned(gpu, inputs, other.weights, options, FORWARD, plan);
        scope.keep(y);
        using _given = gpu.scope();
        tape.add(y, uploadPadded(gpu, one.scan, dy));
      });
      tape.backward();

      const [ofUz, ofDtBC, ...ofWeights] = await readAll(gpu, [
        tape.takeGradient(uzOnGpu)!,
        tape.takeGradient(dtBCOnGpu)!,
        ...directions.map(({ sums }) => sums),
      ]);
      const expected = directions.map(({ scan }) => selectiveScanBackwardReference(scan, dy));
      const both = (name: keyof ScanGradients): Float64Array =>
        expected[0][name].map((value, i) => value + expected[1][name][i]);
      const same = (actual: Float32Array, value: Float64Array, what: string): void =>
        assertClose(actual, value, GRADIENT_TOLERANCE, what);
      same(cut(ofUz, wide, 1, CHANNELS), both("u"), "u");
      same(cut(ofUz, wide, 1 + CHANNELS, CHANNELS), both("z"), "z");
      same(cut(ofDtBC, thin, 0, CHANNELS), both("delta"), "delta");
      same(cut(ofDtBC, thin, CHANNELS, STATES), both("b"), "b");
      same(cut(ofDtBC, thin, CHANNELS + STATES, STATES), both("c"), "c");
      for (
        const [stride, unread, gradient] of [[wide, [0, wide - 2, wide - 1], ofUz], [thin, [thin - 1], ofDtBC]] as const
      ) {
        for (const column of unread) assert.ok(cut(gradient, stride, column, 1).every((v) => v === 0), `${column}`);
      }
      ofWeights.forEach((sums, i) => {
        for (const name of ["aLog", "d", "dtBias"] as const) {
          same(taken(sums)[name], expected[i][name].map((v) => v + 1), `${name} ${i}`);
        }
        assert.ok(sums.subarray(0, 64).every((v) => v === 1), "elements of nobody's");
      });
    },
  );
}

gpuTest("selectiveScan() adds the gradients that are asked for alone, of the final state alone", async (gpu) => {
  const scan = randomScan(4, { length: 17, initialState: true, gated: true });
  const { dFinal } = randomOutputs(scan);
  const expected = selectiveScanBackwardReference(scan, new Float32Array(17 * 5), dFinal);
  for (const [plan, names] of [[CHUNKED, ["delta", "initialState"]], [ONE_PASS, ["b", "initialState"]]] as const) {
    for (const name of names) {
      const { inputs, weights, options } = uploadScan(gpu, scan);
      const x = { ...inputs, initialState: options.initialState! }[name] as Tensor;
      const sums = gpu.upload(new Float32Array(size(x)).fill(1), x.shape);
      using tape = new Tape(gpu);
      tape.watch(x, sums);
      const { finalState } = tape.recording(() => scanPlanned(gpu, inputs, weights, options, FORWARD, plan));
      tape.add(finalState!, gpu.upload(dFinal, finalState!.shape));
      tape.backward();
      assertClose(await gpu.read(sums), expected[name].map((v) => v + 1), GRADIENT_TOLERANCE, name);
    }
  }
});

gpuTest("selectiveScan() keeps states under a tape only where a gradient is wanted", async (gpu) => {
  const { inputs, weights } = uploadScan(gpu, randomScan(4, { length: 40 }));
  const held = (track: boolean): number => {
    using _outputs = gpu.scope();
    using tape = new Tape(gpu);
    if (track) tape.track(weights.d);
    const before = gpu.ledger.liveBytes;
    tape.recording(() => selectiveScan(gpu, inputs, weights));
    return gpu.ledger.liveBytes - before;
  };
  assert.ok(held(true) > held(false));
  assert.equal(held(false), 1024); // y, as the pool rounds it up
  await Promise.resolve();
});

interface Golden {
  readonly shape: number[];
  readonly data: number[];
}
interface GoldenCase {
  readonly inputs: Record<string, Golden>;
  readonly output_gradients: Record<string, Golden>;
  readonly input_gradients: Record<string, Golden>;
}
const golden: Record<string, GoldenCase> = JSON.parse(
  await Deno.readTextFile(new URL("./testdata/selective_scan_backward.json", import.meta.url)),
);
const GOLDEN_NAMES: Partial<Record<keyof ScanGradients, string>> = {
  aLog: "a_log",
  dtBias: "dt_bias",
  initialState: "state",
};
for (const [kind, plan] of [["gated", CHUNKED], ["carried", ONE_PASS]] as const) {
  const { inputs, output_gradients, input_gradients } = golden[kind];
  const scan: ScanArrays = {
    batch: inputs.u.shape[0],
    length: inputs.u.shape[1],
    channels: inputs.u.shape[2],
    states: inputs.b.shape[2],
    u: inputs.u.data,
    delta: inputs.delta.data,
    b: inputs.b.data,
    c: inputs.c.data,
    z: inputs.z?.data,
    aLog: inputs.a_log.data,
    d: inputs.d.data,
    dtBias: inputs.dt_bias.data,
    initialState: inputs.state?.data,
  };

  Deno.test(`selectiveScanBackwardReference() equals PyTorch's autograd of a ${kind} scan`, () => {
    const { y, last_state } = output_gradients;
    const gradients = selectiveScanBackwardReference(scan, y.data, last_state?.data);
    for (const name of ["u", "delta", "b", "c", "z", "aLog", "d", "dtBias", "initialState"] as const) {
      const expected = input_gradients[GOLDEN_NAMES[name] ?? name];
      // The file holds float32.
      if (expected) assertClose(gradients[name], expected.data, 1e-7, name);
    }
  });

  gpuTest(
    `selectiveScan() has its reference's gradients for PyTorch's inputs of a ${kind} scan`,
    (gpu) => checkGradients(gpu, scan, FORWARD, plan),
  );
}
