import assert from "node:assert/strict";
import type { KernelBenchmark } from "../../kernels/bench.ts";
import { measuredRow } from "./row.ts";

const benchmark: KernelBenchmark = { name: "scan", flops: 6e9, bytes: 4e9, small: true, prepare: () => () => {} };

Deno.test("measuredRow() derives rates from the median and keeps the samples in their order", () => {
  const row = measuredRow(benchmark, [0.03, 0.01, 0.02], 1e12);
  assert.deepEqual(row.seconds, { samples: [0.03, 0.01, 0.02], median: 0.02, min: 0.01, max: 0.03 });
  assert.equal(row.flops_per_second, 3e11);
  assert.equal(row.bytes_per_second, 2e11);
  assert.equal(row.copy_share, 0.2);
});

Deno.test("measuredRow() leaves out what the benchmark does not count", () => {
  const { name, small, prepare } = benchmark;
  const row = measuredRow({ name, small, prepare }, [1], 1e12);
  assert.deepEqual([row.flops_per_second, row.bytes_per_second, row.copy_share], [null, null, null]);
  assert.equal(measuredRow(benchmark, [1], null).copy_share, null);
});
