import type { Gpu, IntegerTensor, Tensor } from "../gpu/mod.ts";

/**
 * What the optimizer knows on the device, u32 [16]: words by index, floats as their bits. So no step waits for a readback.
 *
 * | word          | meaning                                                                            |
 * | ------------- | ---------------------------------------------------------------------------------- |
 * | `applied`     | steps that changed the weights so far: t of Adam's bias correction                 |
 * | `skipped`     | steps that did not, their gradient or loss not being finite                        |
 * | `flagged`     | set to 1 by whoever finds this step's loss not finite; each step clears it         |
 * | `went`        | whether the last step was applied                                                  |
 * | `norm`        | f32: of the last step's gradient, before clipping                                  |
 * | `clip`        | f32: what the last step's gradient was multiplied by                               |
 * | `rate`        | f32: learning rate / (1 − β₁ᵗ)                                                     |
 * | `secondScale` | f32: 1 / √(1 − β₂ᵗ)                                                                |
 * | `average`     | f32: how much of the running average stays                                         |
 */
export const STATUS = {
  applied: 0,
  skipped: 1,
  flagged: 2,
  went: 3,
  norm: 4,
  clip: 5,
  rate: 6,
  secondScale: 7,
  average: 8,
} as const;

const WORDS = 16;

/** WGSL that is true where the f32 is neither infinite nor NaN, which a compiler may not reason away. */
export function isFiniteF32(value: string): string {
  return `((bitcast<u32>(${value}) & 0x7f800000u) != 0x7f800000u)`;
}

/** The status of training that begins (or goes on after so many steps). */
export function optimizerStatus(gpu: Gpu, { applied = 0, skipped = 0 } = {}): IntegerTensor {
  const words = new Uint32Array(WORDS);
  words[STATUS.applied] = applied;
  words[STATUS.skipped] = skipped;
  return { ...gpu.upload(words, [WORDS], "optimizer"), type: "u32" };
}

/** A status on the host. */
export interface OptimizerStatus {
  readonly applied: number;
  readonly skipped: number;
  /** Whether the last step was applied, the norm of its gradient before clipping, and the factor that clipped it. */
  readonly last: { readonly applied: boolean; readonly norm: number; readonly clip: number };
}

/** Reads a status back, which waits for the device. */
export async function readStatus(gpu: Gpu, status: Tensor): Promise<OptimizerStatus> {
  const words = await gpu.read({ ...status, type: "u32" });
  const floats = new Float32Array(words.buffer);
  return {
    applied: words[STATUS.applied],
    skipped: words[STATUS.skipped],
    last: { applied: words[STATUS.went] === 1, norm: floats[STATUS.norm], clip: floats[STATUS.clip] },
  };
}
