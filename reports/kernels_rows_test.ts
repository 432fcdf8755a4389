import assert from "node:assert/strict";
import { copyKernelRow, measuredKernel } from "./kernels_rows.ts";

const scan = { name: "scan", flops: 6e9, bytes: 4e9 };

Deno.test("measuredKernel() derives rates from the median and keeps the samples in their order", () => {
  const row = measuredKernel(scan, [0.03, 0.01, 0.02], 1e12);
  assert.deepEqual(row.seconds, { samples: [0.03, 0.01, 0.02], median: 0.02, min: 0.01, max: 0.03 });
  assert.equal(row.flops_per_second, 3e11);
  assert.equal(row.bytes_per_second, 2e11);
  assert.equal(row.copy_share, 0.2);
});

Deno.test("measuredKernel() leaves out what is not counted", () => {
  const row = measuredKernel({ name: "scan" }, [1], 1e12);
  assert.deepEqual([row.flops, row.bytes], [null, null]);
  assert.deepEqual([row.flops_per_second, row.bytes_per_second, row.copy_share], [null, null, null]);
});

Deno.test("measuredKernel() refuses a sample that gives no rate", () => {
  for (const sample of [0, -1e-6, NaN]) {
    assert.throws(() => measuredKernel(scan, [0.01, sample], 1e12), { name: "RangeError", message: /^scan: a sample/ });
  }
});

Deno.test("copyKernelRow() is its own measure", () => {
  const row = copyKernelRow("copy kernel 1 MiB", 2 ** 21, [0.004, 0.001, 0.002]);
  assert.deepEqual([row.bytes_per_second, row.copy_share, row.flops], [2 ** 21 / 0.002, 1, null]);
});
