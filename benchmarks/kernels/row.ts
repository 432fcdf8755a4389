import type { KernelBenchmark } from "../../kernels/bench.ts";
import { median } from "../../reports/statistics/quantile.ts";

/** A kernel that was timed. */
export interface MeasuredKernel {
  readonly name: string;
  readonly status: "ok";
  readonly reason: null;
  /** Seconds of one launch: every sample, in order, and what follows from them. */
  readonly seconds: {
    readonly samples: readonly number[];
    readonly median: number;
    readonly min: number;
    readonly max: number;
  };
  readonly flops: number | null;
  readonly bytes: number | null;
  /** At the median time. */
  readonly flops_per_second: number | null;
  readonly bytes_per_second: number | null;
  /** Bytes per second over those of the copy kernel on this adapter; past 1 where a cache holds the data. */
  readonly copy_share: number | null;
}

/** A kernel that was not, and why. */
export interface MissingKernel {
  readonly name: string;
  readonly status: "left-out" | "over-limit" | "out-of-memory" | "failed";
  readonly reason: string;
}

/** A line of the result. */
export type KernelRow = MeasuredKernel | MissingKernel;

/** What follows from the samples of a benchmark. `copyRate` is the copy kernel's, in bytes per second, where it is known. */
export function measuredRow(
  benchmark: KernelBenchmark,
  samples: readonly number[],
  copyRate: number | null,
): MeasuredKernel {
  const middle = median(samples);
  const rate = benchmark.bytes === undefined ? null : benchmark.bytes / middle;
  return {
    name: benchmark.name,
    status: "ok",
    reason: null,
    seconds: { samples, median: middle, min: Math.min(...samples), max: Math.max(...samples) },
    flops: benchmark.flops ?? null,
    bytes: benchmark.bytes ?? null,
    flops_per_second: benchmark.flops === undefined ? null : benchmark.flops / middle,
    bytes_per_second: rate,
    copy_share: rate === null || copyRate === null ? null : rate / copyRate,
  };
}
