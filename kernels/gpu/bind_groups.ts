import type { Pipeline } from "./pipelines.ts";

/** More than training dispatches in one step of each shape that its batches have; past it the cache begins anew. */
const MOST = 32768;

/**
 * Bind groups, kept for the next dispatch of the same kernel on the same buffers: making one takes Deno about 50 µs, ten
 * times what recording the dispatch does, and a forward pass binds what the last one did.
 */
export class BindGroups {
  readonly #device: GPUDevice;
  readonly #groups = new Map<string, GPUBindGroup>();
  readonly #numbers = new WeakMap<object, number>();
  #next = 0;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** The group of these entries for a kernel's pipeline; `label` names the kernel in the device's errors. */
  get(label: string, pipeline: Pipeline, entries: readonly GPUBindGroupEntry[]): GPUBindGroup {
    let key = `${this.#number(pipeline)}`;
    for (const { resource } of entries) {
      const { buffer, offset, size } = resource as GPUBufferBinding;
      key += `|${this.#number(buffer)},${offset},${size}`;
    }
    let group = this.#groups.get(key);
    if (!group) {
      if (this.#groups.size >= MOST) this.clear();
      group = this.#device.createBindGroup({ label, layout: pipeline.layout, entries: [...entries] });
      this.#groups.set(key, group);
    }
    return group;
  }

  /** Forgets all groups: they would keep destroyed buffers from being collected. */
  clear(): void {
    this.#groups.clear();
  }

  #number(object: object): number {
    let number = this.#numbers.get(object);
    if (number === undefined) this.#numbers.set(object, number = this.#next++);
    return number;
  }
}
