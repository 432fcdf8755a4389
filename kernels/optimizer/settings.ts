/** Elements to whose multiples weights are aligned in the flat buffer, and for which decay and training are chosen. */
export const BLOCK = 64;

/** How a step is made. */
export interface AdamWSettings {
  /** Of this step: a schedule is the caller's. */
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Share of the decayed weights, times the learning rate, that a step takes off them. */
  readonly weightDecay: number;
  /** Largest norm of the gradient of all that is trained; Infinity for no limit. */
  readonly clip: number;
  /** How much of the running average stays, once it is warm. */
  readonly averageDecay: number;
}

/** Throws a RangeError that names the first setting that no step can be made with. */
export function checkSettings(settings: AdamWSettings): void {
  const within: Record<keyof AdamWSettings, (v: number) => boolean> = {
    learningRate: (v) => v >= 0 && v < Infinity,
    beta1: (v) => v >= 0 && v < 1,
    beta2: (v) => v >= 0 && v < 1,
    epsilon: (v) => v > 0 && v < Infinity, // it keeps 0 / 0 out of the gaps between weights
    weightDecay: (v) => v >= 0 && v < Infinity,
    clip: (v) => v > 0,
    averageDecay: (v) => v >= 0 && v <= 1,
  };
  for (const name of Object.keys(within) as (keyof AdamWSettings)[]) {
    if (!within[name](settings[name])) throw new RangeError(`AdamW cannot step with ${name} = ${settings[name]}`);
  }
}
