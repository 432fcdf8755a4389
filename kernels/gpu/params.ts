import { GpuError } from "./errors.ts";
import type { Kernel } from "./kernel.ts";
import { ALIGNMENT, BufferUsage } from "./pool.ts";

/** Dispatches whose parameters one submit can hold. */
export const DISPATCHES_PER_SUBMIT = 1024;

const BYTES = DISPATCHES_PER_SUBMIT * ALIGNMENT;

/** The uniform parameters of the dispatches recorded since the last submit, in one buffer written once a submit. */
export class Params {
  readonly #device: GPUDevice;
  readonly #buffer: GPUBuffer;
  readonly #data = new DataView(new ArrayBuffer(BYTES));
  #used = 0;

  constructor(device: GPUDevice) {
    this.#device = device;
    this.#buffer = device.createBuffer({ size: BYTES, usage: BufferUsage.UNIFORM | BufferUsage.COPY_DST });
  }

  /** Whether what is recorded must be submitted before another dispatch fits. */
  get isFull(): boolean {
    return this.#used === BYTES;
  }

  /**
   * Lays out one dispatch's parameters, and says what to bind and at which dynamic offset: the binding is the same for all
   * dispatches of a kernel. Throws where an integer parameter is no integer of its type.
   */
  add(kernel: Kernel, values: Readonly<Record<string, number>>): { binding: GPUBufferBinding; offset: number } {
    const fields = Object.entries(kernel.params);
    const offset = this.#used;
    fields.forEach(([name, type], i) => {
      const at = offset + 4 * i;
      const value = values[name];
      if (type === "f32" ? typeof value !== "number" : value !== (type === "u32" ? value >>> 0 : value | 0)) {
        throw new GpuError("invalid", `kernel ${kernel.name}: parameter ${name} is ${value}, not a ${type}`);
      }
      if (type === "f32") this.#data.setFloat32(at, value, true);
      else if (type === "u32") this.#data.setUint32(at, value, true);
      else this.#data.setInt32(at, value, true);
    });
    this.#used += ALIGNMENT;
    return { binding: { buffer: this.#buffer, offset: 0, size: Math.ceil(4 * fields.length / 16) * 16 }, offset };
  }

  /** Writes them to the device, for the submit that follows. */
  upload(): void {
    if (this.#used > 0) this.#device.queue.writeBuffer(this.#buffer, 0, this.#data.buffer, 0, this.#used);
    this.#used = 0;
  }

  destroy(): void {
    this.#buffer.destroy();
  }
}
