import assert from "node:assert/strict";
import { exampleKernels } from "./example_kernels.ts";
import { measuredKernel } from "./kernels_rows.ts";
import { kernelsSummary, kernelTable } from "./kernels_terminal.ts";

Deno.test("kernelTable() lines up figures, says why one failed and names those left out", () => {
  const table = kernelTable([
    measuredKernel({ name: "matmul 2×3", flops: 2e9, bytes: 5e8 }, [0.001, 0.002, 0.004], 1e12),
    { name: "attention", status: "over-limit", reason: "a tensor takes too much" },
    { name: "big 1", status: "left-out", reason: "too large" },
    { name: "big 2", status: "left-out", reason: "too large" },
  ]);
  assert.deepEqual(table.split("\n"), [
    "kernel       median          min – max  TFLOP/s  GB/s  of copy",
    "matmul 2×3  2.00 ms  1.00 ms – 4.00 ms     1.00   250   25.0 %",
    "attention  over-limit: a tensor takes too much",
    "",
    "left out (too large): big 1; big 2",
  ]);
});

Deno.test("kernelsSummary() names the device before its figures", () => {
  const [first, second, third] = kernelsSummary(exampleKernels()).split("\n");
  assert.equal(first, "NVIDIA H200, WebGPU by deno; buffer-to-buffer copy 840 GB/s");
  assert.deepEqual([second, third.split(" ")[0]], ["", "kernel"]);
});
