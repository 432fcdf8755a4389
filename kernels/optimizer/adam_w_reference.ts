import { type AdamWSettings, BLOCK } from "./settings.ts";

/** Weights and what goes with them, on the host: see `OptimizerState`. */
export interface ReferenceState {
  readonly weights: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly average: Float64Array;
  readonly decayed: readonly boolean[];
  readonly trained: readonly boolean[];
  applied: number;
  skipped: number;
}

/** One step of `adamW` in float64, in place; returns the gradient's norm before clipping. */
export function adamWReference(state: ReferenceState, gradients: ArrayLike<number>, settings: AdamWSettings): number {
  const { weights, first, second, average, decayed, trained } = state;
  const { learningRate, beta1, beta2, epsilon, weightDecay, clip, averageDecay } = settings;
  const blockOf = (i: number) => Math.floor(i / BLOCK);
  let squares = 0;
  for (let i = 0; i < weights.length; i++) if (trained[blockOf(i)]) squares += gradients[i] ** 2;
  const norm = Math.sqrt(squares);
  if (!Number.isFinite(norm)) {
    state.skipped++;
    return norm;
  }
  const t = ++state.applied;
  const factor = Math.min(1, clip / (norm + 1e-6));
  const stays = Math.min(averageDecay, (1 + t) / (10 + t));
  for (let i = 0; i < weights.length; i++) {
    if (!trained[blockOf(i)]) continue;
    const g = factor * gradients[i];
    first[i] = beta1 * first[i] + (1 - beta1) * g;
    second[i] = beta2 * second[i] + (1 - beta2) * g * g;
    const m = first[i] / (1 - beta1 ** t);
    const v = second[i] / (1 - beta2 ** t);
    if (decayed[blockOf(i)]) weights[i] -= learningRate * weightDecay * weights[i];
    weights[i] -= learningRate * m / (Math.sqrt(v) + epsilon);
    average[i] = stays * average[i] + (1 - stays) * weights[i];
  }
  return norm;
}
