import type { CopyKernel, MeasuredKernel } from "./kernels_schema.ts";
import { median } from "./statistics/quantile.ts";

/** What is known of a kernel before it is timed. */
export interface CountedKernel {
  readonly name: string;
  /** Floating-point operations of one launch, where arithmetic is what counts. */
  readonly flops?: number | null;
  /** The least bytes that one launch can move. */
  readonly bytes?: number | null;
}

/**
 * The row of a kernel from its samples in seconds, one launch each. `copyRate` is the copy kernel's, in bytes per second.
 * Throws RangeError where a sample is not above zero.
 */
export function measuredKernel(
  { name, flops = null, bytes = null }: CountedKernel,
  samples: readonly number[],
  copyRate: number,
): MeasuredKernel {
  const bad = samples.find((sample) => !(sample > 0));
  if (bad !== undefined) {
    throw new RangeError(`${name}: a sample of ${bad} s; timestamps of this adapter are too coarse for it`);
  }
  const middle = median(samples);
  const rate = bytes === null ? null : bytes / middle;
  return {
    name,
    status: "ok",
    reason: null,
    seconds: { samples: [...samples], median: middle, min: Math.min(...samples), max: Math.max(...samples) },
    flops,
    bytes,
    flops_per_second: flops === null ? null : flops / middle,
    bytes_per_second: rate,
    copy_share: rate === null ? null : rate / copyRate,
  };
}

/** The row of the copy kernel itself, which moves `bytes`. Throws as `measuredKernel` does. */
export function copyKernelRow(name: string, bytes: number, samples: readonly number[]): CopyKernel {
  const rate = bytes / median(samples);
  return { ...measuredKernel({ name, bytes }, samples, rate), bytes, bytes_per_second: rate, copy_share: 1 };
}
