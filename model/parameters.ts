import type { Tensor } from "../kernels/gpu/mod.ts";
import type { Initializer } from "./initialization.ts";

/** Name ("encoder.0.mamba.a_log"), shape and initial values of one weight. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initialize: Initializer;
}

/** Turns a parameter into its tensor: by initialising it, by loading it, or not at all where only shapes matter. */
export type ParameterSource = (parameter: Parameter) => Tensor;

/** Asks a source for parameters under a prefix: each layer's weights are declared once, with shape and initialisation. */
export class Parameters {
  readonly #source: ParameterSource;
  readonly #prefix: string;

  constructor(source: ParameterSource, prefix = "") {
    this.#source = source;
    this.#prefix = prefix;
  }

  /** The same source under a longer prefix. */
  at(name: string | number): Parameters {
    return new Parameters(this.#source, `${this.#prefix}${name}.`);
  }

  /** `make` for each of `count` blocks, under its index. */
  list<T>(name: string, count: number, make: (block: Parameters) => T): T[] {
    return Array.from({ length: count }, (_, i) => make(this.at(name).at(i)));
  }

  /** One weight. */
  get(name: string, shape: readonly number[], initialize: Initializer): Tensor {
    return this.#source({ name: this.#prefix + name, shape, initialize });
  }
}

/** All parameters that `build` asks for, without making any. */
export function listParameters(build: (parameters: Parameters) => unknown): Parameter[] {
  const found: Parameter[] = [];
  build(
    new Parameters((parameter) => {
      found.push(parameter);
      // Nobody computes with these: only their declaration is wanted.
      return { buffer: undefined as unknown as GPUBuffer, offset: 0, shape: parameter.shape, type: "f32", id: -1 };
    }),
  );
  return found;
}

/** Number of values in parameters. */
export function countValues(parameters: readonly Parameter[]): number {
  return parameters.reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0);
}
