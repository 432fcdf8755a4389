import { formatBytes, GpuError } from "./errors.ts";
import { FreeList } from "./free_list.ts";
import type { Ledger, Tag } from "./ledger.ts";

/** WebGPU's buffer usage bits; Dawn for Node has them in a namespace of its own, so they stand here. */
export const BufferUsage = {
  MAP_READ: 0x01,
  COPY_SRC: 0x04,
  COPY_DST: 0x08,
  UNIFORM: 0x40,
  STORAGE: 0x80,
  QUERY_RESOLVE: 0x200,
} as const;

/** Bindings start at multiples of this, and buffers are whole multiples of it. */
export const ALIGNMENT = 256;

const STORAGE = BufferUsage.STORAGE | BufferUsage.COPY_SRC | BufferUsage.COPY_DST;
/** A free buffer serves a request when it is at most this much larger than needed. */
const SLACK = 1.125;

interface Held {
  readonly tag: Tag;
  readonly bytes: number;
  /** Who must release it before it is free: the one that acquired it, and one for each `hold`. */
  users: number;
}

/**
 * Storage buffers, reused: making one costs the driver milliseconds, and garbage collection would free them too late.
 * Work is ordered by the queue, so a buffer given back may serve the next dispatch at once.
 */
export class Pool {
  readonly #device: GPUDevice;
  readonly #ledger: Ledger;
  readonly #held = new Map<GPUBuffer, Held>();
  readonly #free = new FreeList();
  /** Resolves to the error of an allocation that the device refused. */
  readonly #onRefused: (bytes: number, error: Promise<GPUError | null>) => void;

  constructor(
    device: GPUDevice,
    ledger: Ledger,
    onRefused: (bytes: number, error: Promise<GPUError | null>) => void,
  ) {
    this.#device = device;
    this.#ledger = ledger;
    this.#onRefused = onRefused;
  }

  /**
   * A buffer of at least `bytes` (its contents are whatever the last user left), counted under `tag`. Where there is another
   * one, or room for it, not one that `avoided` names. What is free decides which one it is, not the order in which buffers
   * became free: so a step that repeats another binds the same buffers, and finds its bind groups made.
   */
  acquire(bytes: number, tag: Tag, avoided: (buffer: GPUBuffer) => boolean = () => false): GPUBuffer {
    const needed = Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
    const buffer = this.#free.take(needed, needed * SLACK, avoided) ?? this.#create(needed);
    this.#held.set(buffer, { tag, bytes: needed, users: 1 });
    this.#ledger.take(tag, needed);
    return buffer;
  }

  /** Gives a buffer one more user, who has to release it as well. */
  hold(buffer: GPUBuffer): void {
    this.#user(buffer).users++;
  }

  /** Gives a buffer back, for reuse when this was its last user. Throws when it is not held: that corrupts results. */
  release(buffer: GPUBuffer): void {
    const held = this.#user(buffer);
    if (--held.users > 0) return;
    this.#held.delete(buffer);
    this.#ledger.give(held.tag, held.bytes);
    this.#free.add(buffer);
  }

  /** Whether the pool handed this buffer out and has not got it back. */
  holds(buffer: GPUBuffer): boolean {
    return this.#held.has(buffer);
  }

  /** Hands what is free back to the device. Only when no recorded command still names those buffers. */
  trim(): void {
    for (const buffer of this.#free.drain()) {
      this.#ledger.reserve(-this.#free.sizeOf(buffer));
      buffer.destroy();
    }
  }

  /** Destroys everything. */
  destroy(): void {
    this.trim();
    for (const [buffer, { tag, bytes }] of this.#held) {
      this.#ledger.give(tag, bytes);
      this.#ledger.reserve(-this.#free.sizeOf(buffer));
      buffer.destroy();
    }
    this.#held.clear();
  }

  #user(buffer: GPUBuffer): Held {
    const held = this.#held.get(buffer);
    if (!held) throw new GpuError("invalid", "a tensor was released twice, or belongs to another device");
    return held;
  }

  #create(bytes: number): GPUBuffer {
    this.#device.pushErrorScope("out-of-memory");
    try {
      const buffer = this.#device.createBuffer({ size: bytes, usage: STORAGE });
      this.#ledger.reserve(bytes);
      this.#free.register(buffer, bytes);
      return buffer;
    } catch (error) {
      throw new GpuError("out-of-memory", `no ${formatBytes(bytes)} buffer could be made: ${(error as Error).message}`);
    } finally {
      this.#onRefused(bytes, this.#device.popErrorScope());
    }
  }
}
