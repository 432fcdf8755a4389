import { assertClose, dot, finiteDifferences, gpuTest } from "../testing/mod.ts";
import { checkGradients, CHUNKED, FORWARD, ONE_PASS, randomOutputs } from "./gradient_test_case.ts";
import { randomScan, type ScanCase } from "./scan_test_case.ts";
import { selectiveScanBackwardReference } from "./selective_scan_backward_reference.ts";
import { selectiveScanReference } from "./selective_scan_reference.ts";

const gated = { gated: true, initialState: true } as const;

for (
  const [what, test] of [
    ["gated", { ...gated, batch: 2, length: 5, channels: 3 }],
    ["ragged and reversed", { ...gated, batch: 2, length: 4, channels: 3, lengths: [4, 2], reverse: true }],
    ["ungated", { length: 6, channels: 2, accumulate: true }],
  ] as const
) {
  Deno.test(`selectiveScanBackwardReference() equals finite differences for a scan that is ${what}`, () => {
    const scan = randomScan(9, test);
    const { dy, dFinal } = randomOutputs(scan);
    const gradients = selectiveScanBackwardReference(scan, dy, dFinal);
    for (const name of ["u", "delta", "b", "c", "z", "aLog", "d", "dtBias", "initialState", "accumulate"] as const) {
      const values = scan[name];
      if (!values) continue;
      const loss = (x: Float64Array): number => {
        const { y, finalState } = selectiveScanReference({ ...scan, [name]: x });
        return dot(y, dy) + dot(finalState, dFinal);
      };
      assertClose(gradients[name], finiteDifferences(loss, values), 1e-8, `gradient of ${name}`);
    }
  });
}

const cases: [string, ScanCase][] = [
  ["29 steps in reverse", { ...gated, length: 29, reverse: true }],
  ["70 sequences, so many partial sums", { ...gated, batch: 70, length: 9 }],
  ["ragged lengths", { ...gated, batch: 3, length: 21, lengths: [21, 0, 1], accumulate: true }],
  ["ragged, in reverse", { ...gated, batch: 3, length: 27, lengths: [8, 27, 9], reverse: true, accumulate: true }],
];
const steps = (...lengths: number[]) =>
  lengths.map((length): [string, ScanCase] => [`${length} steps`, { ...gated, length }]);
const odd: [string, ScanCase] = ["9 channels of 20 states", { length: 11, channels: 9, states: 20 }];
for (
  const [plan, name, all] of [
    [CHUNKED, "in chunks", [...steps(9, 16, 17, 53), ...cases]],
    [ONE_PASS, "in one pass", [...steps(0, 1, 2, 3, 4, 5, 8, 53), ...cases, odd]],
  ] as const
) {
  all.forEach(([what, test], i) =>
    gpuTest(
      `selectiveScan() has its reference's gradients ${name} for ${what}`,
      (gpu) => checkGradients(gpu, randomScan(i, test), FORWARD, plan),
    )
  );

  gpuTest(`selectiveScan() has finite and exact gradients ${name} for extreme steps and gates`, (gpu) => {
    const scan = randomScan(5, { ...gated, length: 40 });
    const delta = Float32Array.from(scan.u, (_, i) => [50, -50, 0, -16, 20.5, -100, 3, 88][(i + (i >> 3)) % 8]);
    const z = Float32Array.from(scan.u, (_, i) => [0, -100, 100, -88, 1, -1, 30, -30][(3 * i + (i >> 3)) % 8]);
    return checkGradients(gpu, { ...scan, delta, z, dtBias: new Float32Array(5) }, FORWARD, plan);
  });
}

gpuTest("selectiveScan() has its reference's gradients with the default plans", (gpu) =>
  checkGradients(
    gpu,
    randomScan(1, { batch: 2, length: 70, channels: 70, states: 16, gated: true, lengths: [70, 33] }),
  ));

gpuTest(
  "selectiveScan() has its reference's gradients in wide workgroups and chunks of default tiles",
  (gpu) =>
    checkGradients(
      gpu,
      randomScan(2, { length: 133, channels: 40, states: 4, gated: true }),
      undefined,
      { chunk: 64, channels: 32, sub: 4, threads: 64, segments: 2 },
    ),
);
