import { exampleMachine } from "./example_report.ts";
import { copyKernelRow, measuredKernel } from "./kernels_rows.ts";
import { KERNELS_SCHEMA_VERSION, type KernelsReport } from "./kernels_schema.ts";

/** A made-up kernel report for tests: one that counts both, one of each alone, one that failed and two left out. */
export function exampleKernels(): KernelsReport {
  const copy = copyKernelRow("copy kernel 512 MiB", 2 ** 30, [0.0011, 0.001, 0.0012, 0.0013]);
  const rate = copy.bytes_per_second;
  const both = { name: "scan 1×45000×512", flops: 2e9, bytes: 3e8 };
  const reason = "too large for an adapter that computes in software";
  return {
    kind: "kernels",
    schema_version: KERNELS_SCHEMA_VERSION,
    environment: { ...exampleMachine(), command: "deno task bench:kernels --samples 4" },
    buffer_copy_rate: 8.4e11,
    rows: [
      copy,
      measuredKernel(both, [0.0007, 0.0004, 0.0005, 0.0006], rate),
      measuredKernel({ name: "matmul 64×64×64", flops: 524288 }, [3.1e-6, 2.9e-6, 3.3e-6, 3e-6], rate),
      measuredKernel({ name: "embedding 8×64", bytes: 4096 }, [1e-6, 1.1e-6, 1.3e-6, 1.2e-6], rate),
      { name: "attention 45000", status: "over-limit", reason: "a tensor | takes too much" },
      { name: "big 1", status: "left-out", reason },
      { name: "big 2", status: "left-out", reason },
    ],
  };
}
