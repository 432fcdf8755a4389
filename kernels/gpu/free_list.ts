interface Entry {
  readonly buffer: GPUBuffer;
  readonly size: number;
  /** The how manieth buffer it was. */
  readonly age: number;
}

/**
 * Buffers that wait for their next user, by size, and among equals by age. A step of training asks for a thousand, so a
 * search looks at sizes that fit only, and at no property of a buffer, which is a call into the browser's or Deno's core.
 */
export class FreeList {
  /** Of each size, oldest first; none is empty. */
  readonly #bySize = new Map<number, Entry[]>();
  /** The sizes, ascending. */
  readonly #sizes: number[] = [];
  readonly #entries = new WeakMap<GPUBuffer, Entry>();
  #made = 0;

  /** Gets to know a buffer that was made just now. */
  register(buffer: GPUBuffer, size: number): void {
    this.#entries.set(buffer, { buffer, size, age: this.#made++ });
  }

  /** Bytes of a registered buffer. */
  sizeOf(buffer: GPUBuffer): number {
    return this.#entries.get(buffer)!.size;
  }

  /** Puts a registered buffer in. */
  add(buffer: GPUBuffer): void {
    const entry = this.#entries.get(buffer)!;
    const equals = this.#bySize.get(entry.size);
    if (equals) equals.splice(firstFrom(equals, ({ age }) => age > entry.age), 0, entry);
    else {
      this.#bySize.set(entry.size, [entry]);
      this.#sizes.splice(firstFrom(this.#sizes, (size) => size > entry.size), 0, entry.size);
    }
  }

  /** Takes out the smallest buffer of `least` to `most` bytes that is not avoided, and among equals the oldest. */
  take(least: number, most: number, avoided: (buffer: GPUBuffer) => boolean): GPUBuffer | undefined {
    for (let i = firstFrom(this.#sizes, (size) => size >= least); i < this.#sizes.length; i++) {
      const size = this.#sizes[i];
      if (size > most) return undefined;
      const equals = this.#bySize.get(size)!;
      const found = equals.findIndex(({ buffer }) => !avoided(buffer));
      if (found < 0) continue;
      const [{ buffer }] = equals.splice(found, 1);
      if (equals.length === 0) {
        this.#bySize.delete(size);
        this.#sizes.splice(i, 1);
      }
      return buffer;
    }
    return undefined;
  }

  /** Takes out all. */
  drain(): GPUBuffer[] {
    const all = [...this.#bySize.values()].flat().map(({ buffer }) => buffer);
    this.#bySize.clear();
    this.#sizes.length = 0;
    return all;
  }
}

/** Index of the first element from which on `is` holds, by halving. */
function firstFrom<T>(ascending: readonly T[], is: (element: T) => boolean): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (is(ascending[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}
