import { BufferUsage } from "./pool.ts";

/** Passes timed by one query set: WebGPU allows 4096 queries in a set. */
const PAIRS = 2048;

/** Begin and end times of compute passes, gathered by stage and resolved in a submit of its own. */
export class Timestamps {
  readonly #device: GPUDevice;
  /** As many as the longest run so far needed: a stage that lost passes would look faster than it is. */
  readonly #sets: GPUQuerySet[] = [];
  #stages: string[] = [];

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Where the next pass, a part of `stage`, is to write its times. */
  next(stage: string): GPUComputePassTimestampWrites {
    const pair = this.#stages.length % PAIRS;
    const set = (this.#stages.length - pair) / PAIRS;
    if (set === this.#sets.length) {
      this.#sets.push(this.#device.createQuerySet({ type: "timestamp", count: 2 * PAIRS }));
    }
    this.#stages.push(stage);
    return { querySet: this.#sets[set], beginningOfPassWriteIndex: 2 * pair, endOfPassWriteIndex: 2 * pair + 1 };
  }

  /** Seconds per stage, the sum over its passes, since the last call. All passes must have been submitted. */
  async resolve(): Promise<Map<string, number>> {
    const stages = this.#stages;
    this.#stages = [];
    const seconds = new Map<string, number>();
    if (stages.length === 0) return seconds;
    const times = await this.#read(stages.length);
    stages.forEach((stage, i) => {
      const elapsed = Number(times[2 * i + 1] - times[2 * i]) * 1e-9;
      seconds.set(stage, (seconds.get(stage) ?? 0) + Math.max(0, elapsed));
    });
    return seconds;
  }

  async #read(pairs: number): Promise<BigUint64Array> {
    const bytes = pairs * 16;
    const resolved = this.#device.createBuffer({
      size: bytes,
      usage: BufferUsage.QUERY_RESOLVE | BufferUsage.COPY_SRC,
    });
    const staging = this.#device.createBuffer({ size: bytes, usage: BufferUsage.MAP_READ | BufferUsage.COPY_DST });
    try {
      const encoder = this.#device.createCommandEncoder();
      for (let first = 0; first < pairs; first += PAIRS) {
        const count = Math.min(PAIRS, pairs - first);
        encoder.resolveQuerySet(this.#sets[first / PAIRS], 0, 2 * count, resolved, 16 * first);
      }
      encoder.copyBufferToBuffer(resolved, 0, staging, 0, bytes);
      this.#device.queue.submit([encoder.finish()]);
      await staging.mapAsync(1);
      return new BigUint64Array(staging.getMappedRange().slice(0));
    } finally {
      staging.destroy();
      resolved.destroy();
    }
  }

  destroy(): void {
    for (const set of this.#sets) set.destroy();
  }
}
