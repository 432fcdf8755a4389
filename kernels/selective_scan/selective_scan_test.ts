import assert from "node:assert/strict";
import { type Gpu, reshape, type Tensor } from "../gpu/mod.ts";
import { assertTensor, gpuTest } from "../testing/mod.ts";
import type { ScanPlan } from "./plan.ts";
import { amongOthers, randomScan, type ScanCase, uploadScan } from "./scan_test_case.ts";
import { type ScanInputs, scanPlanned, selectiveScan } from "./selective_scan.ts";
import { type ScanArrays, selectiveScanReference } from "./selective_scan_reference.ts";

/** Chunks of 8 steps in tiles of 4, so that short sequences cross every boundary. */
const CHUNKED: ScanPlan = { chunk: 8, threads: 8, tile: 4, unrolled: 2, segments: 3 };
const ONE_PASS: ScanPlan = { ...CHUNKED, chunk: 1000, tile: 8, unrolled: 4 };

async function check(gpu: Gpu, plan: ScanPlan, scan: ScanArrays): Promise<void> {
  const { inputs, weights, options } = uploadScan(gpu, scan);
  const expected = selectiveScanReference(scan);
  const { y, finalState } = scanPlanned(gpu, inputs, weights, options, plan);
  await assertTensor(gpu, y, expected.y, 2e-6, "y");
  await assertTensor(gpu, finalState!, expected.finalState, 2e-6, "final state");
}

const cases: [string, ScanCase][] = [
  ...[1, 2, 7, 8, 9, 16, 17, 53].map((length): [string, ScanCase] => [`${length} steps`, { length, gated: true }]),
  ["no steps", { length: 0, initialState: true }],
  ["a state from before", { length: 29, initialState: true }],
  ["reverse", { length: 29, reverse: true, initialState: true, gated: true }],
  ["17 channels of 16 states", { length: 19, channels: 17, states: 16, batch: 2, gated: true }],
  ["20 states", { length: 11, channels: 9, states: 20 }],
  ["ragged lengths", { batch: 3, length: 21, lengths: [21, 0, 1], gated: true, initialState: true, accumulate: true }],
  ["ragged reverse", { batch: 3, length: 27, lengths: [8, 27, 9], gated: true, reverse: true, accumulate: true }],
  ["ragged reverse with empty", { batch: 2, length: 9, lengths: [0, 1], reverse: true, initialState: true }],
];
for (const [plan, name] of [[CHUNKED, "in chunks"], [ONE_PASS, "in one pass"]] as const) {
  cases.forEach(([what, test], i) =>
    gpuTest(`selectiveScan() equals its reference ${name} for ${what}`, (gpu) => check(gpu, plan, randomScan(i, test)))
  );
}

gpuTest("selectiveScan() equals its reference with the default plan", async (gpu) => {
  const scan = randomScan(1, { batch: 2, length: 37, channels: 70, states: 16, gated: true, lengths: [37, 20] });
  const { inputs, weights, options } = uploadScan(gpu, scan);
  const { y, finalState } = selectiveScan(gpu, inputs, weights, { ...options, wantFinalState: false });
  assert.equal(finalState, undefined);
  await assertTensor(gpu, y, selectiveScanReference(scan).y);
});

gpuTest("selectiveScan() does without the last chunk's end when no final state is wanted", async (gpu) => {
  const scan = randomScan(2, { batch: 3, length: 30, lengths: [30, 3, 25] });
  const { inputs, weights, options } = uploadScan(gpu, scan);
  const { y } = scanPlanned(gpu, inputs, weights, { ...options, wantFinalState: false }, CHUNKED);
  await assertTensor(gpu, y, selectiveScanReference(scan).y);
});

for (const plan of [CHUNKED, ONE_PASS]) {
  gpuTest(`selectiveScan() in pieces with carried state equals one pass (chunks of ${plan.chunk})`, async (gpu) => {
    const scan = randomScan(3, { length: 41, channels: 6, gated: true });
    const { inputs, weights } = uploadScan(gpu, scan);
    const expected = selectiveScanReference(scan);
    const piece = (x: Tensor, from: number, count: number, width: number): Tensor => {
      const part = gpu.tensor([1, count, width]);
      gpu.copy(x, from * width, part, 0, count * width);
      return part;
    };
    let state: Tensor | undefined;
    const whole = gpu.tensor([1, 41, 6]);
    for (const [from, count] of [[0, 1], [1, 17], [18, 0], [18, 23]]) {
      const at = (name: keyof ScanInputs, width: number): Tensor => piece(inputs[name] as Tensor, from, count, width);
      const result = scanPlanned(
        gpu,
        { u: at("u", 6), delta: at("delta", 6), b: at("b", 4), c: at("c", 4), z: at("z", 6) },
        weights,
        { wantFinalState: true, ...(state && { initialState: state }) },
        plan,
      );
      gpu.copy(result.y, 0, whole, from * 6, count * 6);
      state = result.finalState;
    }
    await assertTensor(gpu, whole, expected.y);
    await assertTensor(gpu, state!, expected.finalState);
  });

  gpuTest(`selectiveScan() reads columns of wider tensors (chunks of ${plan.chunk})`, async (gpu) => {
    const scan = randomScan(4, { batch: 2, length: 13, channels: 6, gated: true, reverse: true });
    const { weights, options } = uploadScan(gpu, scan);
    const inputs = {
      u: amongOthers(gpu, scan.u, 2, 6, 1),
      delta: amongOthers(gpu, scan.delta, 2, 6, 0),
      b: amongOthers(gpu, scan.b, 2, 4, 2),
      c: amongOthers(gpu, scan.c, 2, 4, 7),
      z: amongOthers(gpu, scan.z!, 2, 6, 3),
    };
    const { y } = scanPlanned(gpu, inputs, weights, options, plan);
    await assertTensor(gpu, y, selectiveScanReference(scan).y);
  });

  gpuTest(
    `selectiveScan() stays finite and exact for extreme steps and gates (chunks of ${plan.chunk})`,
    async (gpu) => {
      const scan = randomScan(5, { length: 40, channels: 8, gated: true });
      const delta = Float32Array.from(scan.u, (_, i) => [50, -50, 0, -16, 20.5, -100, 3, 88][(i + (i >> 3)) % 8]);
      const z = Float32Array.from(scan.u, (_, i) => [0, -100, 100, -88, 1, -1, 30, -30][(3 * i + (i >> 3)) % 8]);
      await check(gpu, plan, { ...scan, delta, z, dtBias: new Float32Array(8) });
    },
  );
}

gpuTest("selectiveScan() gives tiny steps full relative precision", async (gpu) => {
  // With B = C = 1, u = 1, d = 0 and one step, y is Δ times the number of states.
  const delta = Float32Array.from({ length: 64 }, (_, i) => -20 + i / 2);
  const ones = (length: number): Float32Array => new Float32Array(length).fill(1);
  const scan: ScanArrays = {
    batch: 1,
    length: 1,
    channels: 64,
    states: 4,
    u: ones(64),
    delta,
    b: ones(4),
    c: ones(4),
    aLog: ones(256),
    d: new Float32Array(64),
    dtBias: new Float32Array(64),
  };
  const { inputs, weights } = uploadScan(gpu, scan);
  const y = await gpu.read(selectiveScan(gpu, inputs, weights).y);
  const expected = selectiveScanReference(scan).y;
  for (let i = 0; i < 64; i++) {
    assert.ok(Math.abs(y[i] / expected[i] - 1) < 3e-6, `${delta[i]}: ${y[i]}, ${expected[i]}`);
  }
});

interface Golden {
  readonly shape: number[];
  readonly data: number[];
}
const golden: Record<string, Record<string, Golden>> = JSON.parse(
  await Deno.readTextFile(new URL("./testdata/selective_scan.json", import.meta.url)),
);
for (const name of ["gated", "carried"]) {
  const file = golden[name];
  const scan: ScanArrays = {
    batch: file.u.shape[0],
    length: file.u.shape[1],
    channels: file.u.shape[2],
    states: file.b.shape[2],
    u: file.u.data,
    delta: file.delta.data,
    b: file.b.data,
    c: file.c.data,
    z: file.z?.data,
    aLog: file.a_log.data,
    d: file.d.data,
    dtBias: file.dt_bias.data,
    initialState: file.state?.data,
  };
  for (const plan of [CHUNKED, ONE_PASS]) {
    gpuTest(`selectiveScan() equals PyTorch's ${name} scan (chunks of ${plan.chunk})`, async (gpu) => {
      const { inputs, weights, options } = uploadScan(gpu, scan);
      const { y, finalState } = scanPlanned(gpu, inputs, weights, options, plan);
      await assertTensor(gpu, y, file.y.data);
      await assertTensor(gpu, finalState!, file.last_state.data);
    });
  }
}

gpuTest("selectiveScan() names the input that does not fit", async (gpu) => {
  const { inputs, weights } = uploadScan(gpu, randomScan(6, { length: 3 }));
  const { inputs: odd } = uploadScan(gpu, randomScan(6, { length: 3, states: 6 }));
  assert.throws(() => selectiveScan(gpu, { ...inputs, b: odd.b }, weights), /b has 6 columns.*multiple of 4/);
  assert.throws(() => selectiveScan(gpu, { ...inputs, delta: inputs.b }, weights), /delta: expected 5 columns, got 4/);
  assert.throws(
    () => selectiveScan(gpu, inputs, { ...weights, aLog: reshape(weights.aLog, [4, 5]) }),
    /aLog: expected \[5, 4\]/,
  );
  await Promise.resolve();
});
