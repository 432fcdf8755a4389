import type { TrainingConfig } from "./config.ts";

/** What the learning rate follows from. */
export type RateConfig = Pick<TrainingConfig, "schedule"> & { readonly optimizer: { readonly learningRate: number } };

/**
 * The learning rate of step `step` (from 0) of `totalSteps`: in the first `warmUpSteps` it rises by equal parts to the
 * peak, `(step + 1) / warmUpSteps` of it; then it falls to `floor` of the peak at the last step, in a straight line (as the
 * paper's does) or along half a cosine (Loshchilov and Hutter 2017). Past the last step it stays there.
 */
export function learningRate(step: number, totalSteps: number, { optimizer, schedule }: RateConfig): number {
  const { kind, warmUpSteps, floor } = schedule;
  const peak = optimizer.learningRate;
  if (step < warmUpSteps) return peak * (step + 1) / warmUpSteps;
  // The last step of the warm-up is the peak; from there on it falls.
  const start = Math.max(warmUpSteps - 1, 0);
  const done = Math.min((step - start) / Math.max(totalSteps - 1 - start, 1), 1);
  const left = kind === "linear" ? 1 - done : (1 + Math.cos(Math.PI * done)) / 2;
  return peak * (floor + (1 - floor) * left);
}
