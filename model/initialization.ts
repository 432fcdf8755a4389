/** Draws uniform values in [0, 1). */
export type Uniform = () => number;

/** Initial values for a weight of a shape. */
export type Initializer = (shape: readonly number[], uniform: Uniform) => Float32Array;

function count(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** All the same value. */
export function constant(value: number): Initializer {
  return (shape) => new Float32Array(count(shape)).fill(value);
}

/** Uniform in ±bound. Uniform everywhere, as it is exact on every platform, and fast. */
export function uniform(bound: number): Initializer {
  return (shape, draw) => {
    const values = new Float32Array(count(shape));
    for (let i = 0; i < values.length; i++) values[i] = bound * (2 * draw() - 1);
    return values;
  };
}

/** U(±1/√fan_in), PyTorch's default for linear and convolution layers. */
export function fanIn(inputs: number): Initializer {
  return uniform(1 / Math.sqrt(inputs));
}

/** S4D-real: A_n = −n, kept as log n for every channel (Gu and Dao 2023, section 3.6). Shape [D, N]. */
export const sambaALog: Initializer = ([channels, state]) =>
  Float32Array.from({ length: channels * state }, (_, i) => Math.log(i % state + 1));

/**
 * A_n = −n / 4N, for a layer whose state has to hold a whole utterance until its last word is written down: the states fade
 * 4N times as slowly, and a decoder learns to listen sooner (a copying task, `training/EXPERIMENTS.md`).
 */
export const lastingALog: Initializer = ([channels, state]) =>
  Float32Array.from({ length: channels * state }, (_, i) => Math.log((i % state + 1) / (4 * state)));

/** Inverse softplus of a step log-uniform in [0.001, 0.1] (Gu and Dao 2023, section 3.6). */
export const stepBias: Initializer = (shape, draw) =>
  Float32Array.from({ length: count(shape) }, () => {
    const step = Math.exp(Math.log(1e-3) + draw() * Math.log(100));
    return step + Math.log(-Math.expm1(-step));
  });

/** A generator for the parameter of this name: independent of the order in which parameters are made. */
export function generator(seed: number, name: string): Uniform {
  let state = seed >>> 0;
  for (let i = 0; i < name.length; i++) state = mix(state ^ Math.imul(name.charCodeAt(i), 0x01000193));
  return () => {
    state = (state + 0x6d2b79f5) >>> 0; // mulberry32
    return (mix(state) >>> 8) / 2 ** 24; // 24 bits: exact in float32
  };
}

function mix(state: number): number {
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return (t ^ (t >>> 14)) >>> 0;
}
