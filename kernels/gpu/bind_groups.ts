import type { Pipeline } from "./pipelines.ts";

/** A generation: what training dispatches in one step, of each of a hundred shapes that its batches have. */
const MOST = 49152;

/**
 * Bind groups, kept for the next dispatch of the same kernel on the same buffers: making one takes Deno about 50 µs, ten
 * times what recording the dispatch does, and a forward pass binds what the last one did. Those not found again while as
 * many as `most` others were are forgotten.
 */
export class BindGroups {
  readonly #device: GPUDevice;
  readonly #most: number;
  #young = new Map<string, GPUBindGroup>();
  #old = new Map<string, GPUBindGroup>();
  readonly #numbers = new WeakMap<object, number>();
  #next = 0;

  constructor(device: GPUDevice, most = MOST) {
    this.#device = device;
    this.#most = most;
  }

  /** The group of these entries for a kernel's pipeline; `label` names the kernel in the device's errors. */
  get(label: string, pipeline: Pipeline, entries: readonly GPUBindGroupEntry[]): GPUBindGroup {
    let key = `${this.#number(pipeline)}`;
    for (const { resource } of entries) {
      const { buffer, offset, size } = resource as GPUBufferBinding;
      key += `|${this.#number(buffer)},${offset},${size}`;
    }
    const young = this.#young.get(key);
    if (young) return young;
    if (this.#young.size >= this.#most) [this.#old, this.#young] = [this.#young, new Map()];
    const group = this.#old.get(key) ??
      this.#device.createBindGroup({ label, layout: pipeline.layout, entries: [...entries] });
    this.#young.set(key, group);
    return group;
  }

  /** Forgets all groups: they would keep destroyed buffers from being collected. */
  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }

  #number(object: object): number {
    let number = this.#numbers.get(object);
    if (number === undefined) this.#numbers.set(object, number = this.#next++);
    return number;
  }
}
