import assert from "node:assert/strict";
import type { Tensor } from "../gpu/mod.ts";
import { assertTensor, gpuTest } from "../testing/mod.ts";
import { naiveScan } from "./naive_scan.ts";
import { amongOthers, randomScan, uploadScan } from "./scan_test_case.ts";
import { selectiveScanReference } from "./selective_scan_reference.ts";

gpuTest("naiveScan() equals its reference, and refuses columns", async (gpu) => {
  const scan = randomScan(1, { batch: 2, length: 19, channels: 5, states: 8, gated: true });
  const { inputs, weights } = uploadScan(gpu, scan);
  const gated = { ...inputs, z: inputs.z as Tensor };
  await assertTensor(gpu, naiveScan(gpu, gated, weights), selectiveScanReference(scan).y);
  const b = amongOthers(gpu, scan.b, 2, 8, 1);
  assert.throws(() => naiveScan(gpu, { ...gated, b }, weights), /b: the naive scan takes no columns/);
});
