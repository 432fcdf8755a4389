import type { Gpu } from "./gpu.ts";
import { type Gradient, markWritten } from "./gradient.ts";
import { addKernel, TAPE_THREADS, zeroColumnsKernel } from "./tape_kernels.ts";
import { asColumns, type Columns, describe, rows, size, type Tensor, width } from "./tensor.ts";

/** Where an op's backward puts a gradient: into these columns, adding to what they hold or not. */
export interface GradientTarget {
  readonly into: Columns;
  /** Whether the columns hold a part of the gradient already, to be added to; else their contents are undefined. */
  readonly accumulate: boolean;
}

interface Entry {
  readonly op: string;
  readonly outputs: readonly Tensor[];
  readonly saved: readonly Tensor[];
  readonly backward: (tape: Tape) => void;
}

/** How a tape records. */
export interface TapeOptions {
  /** Keeps only the inputs of the blocks that `recomputed` marks, and runs them again for their gradients. */
  readonly recompute?: boolean;
  /** Share of elements that the models' dropout zeroes; 0 by default. */
  readonly dropout?: number;
  /** What is drawn at random follows from this and from the order of the draws. */
  readonly seed?: number;
}

/**
 * Reverse-mode differentiation. While a tape is `gpu.tape`, an op that has a gradient calls `record` with a closure that
 * computes it; `backward` runs the closures in reverse. The tape holds the tensors that closures need (whatever scopes
 * release meanwhile) and the gradients, each until its last use. Gradients of weights are the caller's and are added to.
 */
export class Tape implements Disposable {
  readonly recompute: boolean;
  readonly dropout: number;
  readonly #seed: number;
  #draws = 0;
  #suspended = false;
  readonly #gpu: Gpu;
  readonly #weights = new Map<number, Tensor>();
  readonly #gradients = new Map<number, Gradient>();
  readonly #tracked = new Set<number>();
  #entries: Entry[] = [];

  constructor(gpu: Gpu, { recompute = false, dropout = 0, seed = 0 }: TapeOptions = {}) {
    this.#gpu = gpu;
    this.recompute = recompute;
    this.dropout = dropout;
    this.#seed = seed;
  }

  /** Asks for the gradient of a weight, to be added to `gradient` (of the same shape, the caller's). */
  watch(weight: Tensor, gradient: Tensor): void {
    if (size(weight) !== size(gradient)) {
      throw new RangeError(`${describe(gradient)} cannot hold the gradient of ${describe(weight)}`);
    }
    this.#weights.set(weight.id, { ...gradient, shape: weight.shape });
  }

  /** A 32-bit key for the next thing that is drawn at random, such as a dropout mask. */
  nextKey(): number {
    const key = Math.imul(this.#seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(++this.#draws, 0xc2b2ae35);
    return (key ^ (key >>> 15)) >>> 0;
  }

  /** Whether a gradient of `x` is wanted of what is recorded now: then an op keeps what its backward needs. */
  tracks(x: Tensor | Columns | undefined): boolean {
    if (x === undefined || this.#suspended) return false;
    const { id } = asColumns(x).tensor;
    return this.#tracked.has(id) || this.#weights.has(id);
  }

  /** Asks for the gradient of `x` itself, which `takeGradient` gives after `backward`: for tests and for what is no weight. */
  track(x: Tensor): void {
    this.#tracked.add(x.id);
  }

  /** Runs `work` with this tape recording. */
  recording<T>(work: () => T): T {
    const before = this.#gpu.tape;
    this.#gpu.tape = this;
    try {
      return work();
    } finally {
      this.#gpu.tape = before;
    }
  }

  /** Runs `work` without recording. */
  pausing<T>(work: () => T): T {
    const before = this.#gpu.tape;
    this.#gpu.tape = undefined;
    try {
      return work();
    } finally {
      this.#gpu.tape = before;
    }
  }

  /**
   * Records an op. Nothing happens where no input's gradient is wanted. `saved`: the tensors that `backward` reads, but
   * for the outputs' gradients. `backward` runs only when an output has a gradient (or there are no outputs: a loss).
   */
  record(
    op: string,
    inputs: readonly (Tensor | Columns | undefined)[],
    outputs: readonly Tensor[],
    saved: readonly (Tensor | Columns | undefined)[],
    backward: (tape: Tape) => void,
  ): void {
    if (!inputs.some((x) => this.tracks(x))) return;
    for (const y of outputs) this.#tracked.add(y.id);
    const held = saved.flatMap((x) => x === undefined ? [] : [asColumns(x).tensor]);
    for (const tensor of held) this.#gpu.hold(tensor);
    this.#entries.push({ op, outputs, saved: held, backward });
  }

  /** The gradient of an op's output, complete; undefined where nothing that follows depends on it. */
  gradientOf(y: Tensor): Tensor | undefined {
    const gradient = this.#gradients.get(y.id);
    if (!gradient) return undefined;
    this.#zeroUnwritten(gradient);
    return { ...gradient.tensor, shape: y.shape };
  }

  /** Where the gradient of an input goes; undefined where it is not wanted. What is asked for must be written. */
  gradientInto(x: Tensor | Columns | undefined): GradientTarget | undefined {
    if (x === undefined) return undefined;
    const { tensor, offset, width: count } = asColumns(x);
    const weight = this.#weights.get(tensor.id);
    if (weight) return { into: { tensor: weight, offset, width: count }, accumulate: true };
    if (!this.#tracked.has(tensor.id)) return undefined;
    const gradient = this.#gradients.get(tensor.id) ?? this.#newGradient(tensor);
    const into = { tensor: { ...gradient.tensor, shape: tensor.shape }, offset, width: count };
    return { into, accumulate: markWritten(gradient, offset, offset + count) };
  }

  /**
   * Adds `gradient` to that of `x`; a loss, which has no output, begins so. Where x has none yet the tensor itself becomes
   * its gradient, unless it is another's: the caller may release it, but not write to it any more.
   */
  add(x: Tensor, gradient: Tensor): void {
    if (size(gradient) !== size(x)) throw new RangeError(`${describe(gradient)} is no gradient of ${describe(x)}`);
    const isFree = [...this.#gradients.values()].every(({ tensor }) => tensor.buffer !== gradient.buffer);
    if (isFree && !this.#weights.has(x.id) && this.#tracked.has(x.id) && !this.#gradients.has(x.id)) {
      this.#gpu.hold(gradient);
      this.#gradients.set(x.id, { tensor: { ...gradient, shape: x.shape }, written: [[0, width(x)]] });
      return;
    }
    const target = this.gradientInto(x);
    if (!target) return;
    if (target.accumulate) this.#addInto(target.into.tensor, gradient);
    else this.#gpu.copy(gradient, 0, target.into.tensor, 0, size(gradient));
  }

  /**
   * Hands the gradient of the output `y` on to the input `x` that it is also the gradient of (a residual), without a copy
   * where x has none yet. The last thing that an op's backward does with it.
   */
  pass(y: Tensor, x: Tensor): void {
    if (!this.#tracked.has(x.id) && !this.#weights.has(x.id)) return;
    const gradient = this.#gradients.get(y.id);
    if (!gradient) return;
    this.#zeroUnwritten(gradient);
    if (this.#weights.has(x.id) || this.#gradients.has(x.id)) this.add(x, gradient.tensor);
    else {
      this.#gradients.delete(y.id);
      this.#gradients.set(x.id, gradient);
    }
  }

  /** Runs what was recorded in reverse. Afterwards the tape is empty, but for gradients asked for by `track`. */
  backward(): void {
    this.pausing(() => this.#unwind(0));
  }

  /** The gradient of a tracked tensor after `backward`, the open scope's from now on; undefined where there is none. */
  takeGradient(x: Tensor): Tensor | undefined {
    const gradient = this.gradientOf(x);
    if (gradient) this.#gpu.own(gradient);
    this.#gradients.delete(x.id);
    this.#tracked.delete(x.id);
    return gradient;
  }

  /** Runs a block of which only what it reads is kept, and records that its backward runs it again: see `recomputed`. */
  block(x: Tensor, reads: readonly Tensor[], run: (x: Tensor) => Tensor): Tensor {
    const [draws, suspended] = [this.#draws, this.#suspended];
    this.#suspended = true;
    let y: Tensor;
    try {
      y = run(x);
    } finally {
      this.#suspended = suspended;
    }
    this.record("recomputed block", [x], [y], [x, ...reads], () => {
      const from = this.#entries.length;
      const after = this.#draws;
      this.#draws = draws; // the same masks again
      const copy = this.recording(() => run(x));
      this.#draws = after;
      this.pass(y, copy);
      this.#unwind(from);
    });
    return y;
  }

  /** Lets go of everything: for a step that failed half-way. */
  [Symbol.dispose](): void {
    for (const { saved } of this.#entries) for (const tensor of saved) this.#gpu.letGo(tensor);
    for (const { tensor } of this.#gradients.values()) this.#gpu.letGo(tensor);
    this.#entries = [];
    this.#gradients.clear();
    this.#tracked.clear();
  }

  #unwind(from: number): void {
    while (this.#entries.length > from) {
      const { outputs, saved, backward } = this.#entries.pop()!;
      try {
        if (outputs.length === 0 || outputs.some(({ id }) => this.#gradients.has(id))) {
          using _scratch = this.#gpu.scope();
          backward(this);
        }
      } finally {
        for (const { id } of outputs) {
          const gradient = this.#gradients.get(id);
          if (gradient) this.#gpu.letGo(gradient.tensor);
          this.#gradients.delete(id);
          this.#tracked.delete(id);
        }
        for (const tensor of saved) this.#gpu.letGo(tensor);
      }
    }
  }

  #newGradient(x: Tensor): Gradient {
    const tensor = this.#gpu.tensor(x.shape, "f32", "gradients");
    // The scope at work gives its share up when it ends; this one's ends with the gradient's last use.
    this.#gpu.hold(tensor);
    const gradient: Gradient = { tensor, written: [] };
    this.#gradients.set(x.id, gradient);
    return gradient;
  }

  #addInto(sum: Tensor, term: Tensor): void {
    const unit = size(sum) % 4 === 0 ? 4 : 1;
    const count = size(sum) / unit;
    const groups = this.#gpu.grid(Math.ceil(count / TAPE_THREADS));
    this.#gpu.dispatch(addKernel(unit === 4 ? "vec4f" : "f32"), { term, sum }, { count }, groups);
  }

  #zeroUnwritten(gradient: Gradient): void {
    const x = gradient.tensor;
    const stride = width(x);
    let at = 0;
    for (const [start, end] of [...gradient.written, [stride, stride]]) {
      const gap = start - at;
      if (gap > 0) {
        const count = rows(x) * gap;
        const groups = this.#gpu.grid(Math.ceil(count / TAPE_THREADS));
        this.#gpu.dispatch(zeroColumnsKernel, { x }, { count, width: gap, stride, at }, groups);
      }
      at = end;
    }
    gradient.written = [[0, stride]];
  }
}

/**
 * `run(x)`, a block of a model, of which a tape with `recompute` keeps only the input: backward runs it once more. Without
 * such a tape it is just `run(x)`. `reads`: what else it reads that is no weight, such as lengths or a memory.
 */
export function recomputed(gpu: Gpu, x: Tensor, reads: readonly Tensor[], run: (x: Tensor) => Tensor): Tensor {
  const { tape } = gpu;
  return tape?.recompute && tape.tracks(x) ? tape.block(x, reads, run) : run(x);
}
