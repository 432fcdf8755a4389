import type { Tensor } from "./tensor.ts";

/**
 * Frees what a block leaves behind: `using scope = gpu.scope()` registers every tensor made until the end of the
 * enclosing block and releases it there, but for those kept, which go to the scope around it (or to the caller).
 */
export class Scope implements Disposable {
  readonly #owned = new Map<GPUBuffer, Tensor>();
  readonly #parent: Scope | undefined;
  readonly #release: (tensor: Tensor) => void;
  readonly #close: () => void;

  constructor(parent: Scope | undefined, release: (tensor: Tensor) => void, close: () => void) {
    this.#parent = parent;
    this.#release = release;
    this.#close = close;
  }

  /** Whether this scope is responsible for `tensor`. */
  owns(tensor: Tensor): boolean {
    return this.#owned.has(tensor.buffer);
  }

  /** Makes this scope responsible for `tensor`. */
  own(tensor: Tensor): void {
    this.#owned.set(tensor.buffer, tensor);
  }

  /** Forgets a tensor that is released, whichever of the open scopes it belongs to. */
  disown(tensor: Tensor): void {
    if (!this.#owned.delete(tensor.buffer)) this.#parent?.disown(tensor);
  }

  /** Lets tensors outlive this scope, and returns the first. */
  keep<T extends readonly Tensor[]>(...tensors: T): T[0] {
    for (const tensor of tensors) {
      if (this.#owned.delete(tensor.buffer)) this.#parent?.own(tensor);
    }
    return tensors[0];
  }

  [Symbol.dispose](): void {
    for (const tensor of this.#owned.values()) this.#release(tensor);
    this.#owned.clear();
    this.#close();
  }
}
