import { type KernelBenchmark, measureKernel } from "../../kernels/bench.ts";
import { type Gpu, GpuError } from "../../kernels/gpu/mod.ts";
import { measuredKernel } from "../../reports/kernels_rows.ts";
import type { KernelRow, MissingKernel } from "../../reports/kernels_schema.ts";

/** A device that is replaced when it fails: it would stay failed, and the next benchmark is to have its chance. */
export class Bench implements Disposable {
  readonly #open: () => Promise<Gpu>;
  #gpu: Gpu | undefined;

  constructor(open: () => Promise<Gpu>) {
    this.#open = open;
  }

  /** The device, opened when there is none. */
  async gpu(): Promise<Gpu> {
    return this.#gpu ??= await this.#open();
  }

  /** Times one benchmark. What it throws becomes a row that says so. */
  async measure(benchmark: KernelBenchmark, samples: number, copyRate: number): Promise<KernelRow> {
    try {
      const gpu = await this.gpu();
      if (gpu.adapter.isSoftware && !benchmark.small) {
        return {
          name: benchmark.name,
          status: "left-out",
          reason: "too large for an adapter that computes in software",
        };
      }
      const row = measuredKernel(benchmark, await measureKernel(gpu, benchmark, samples), copyRate);
      gpu.trim();
      return row;
    } catch (error) {
      this[Symbol.dispose]();
      return missingRow(benchmark.name, error);
    }
  }

  [Symbol.dispose](): void {
    this.#gpu?.[Symbol.dispose]();
    this.#gpu = undefined;
  }
}

function missingRow(name: string, error: unknown): MissingKernel {
  const reason = (error instanceof Error ? error.message || error.name : String(error)).split("\n")[0];
  const failure = error instanceof GpuError ? error.failure : undefined;
  return { name, status: failure === "over-limit" || failure === "out-of-memory" ? failure : "failed", reason };
}
