import { BindGroups } from "./bind_groups.ts";
import type { Params } from "./params.ts";
import type { Pipeline } from "./pipelines.ts";
import type { Timestamps } from "./timestamps.ts";

/** Commands that are recorded and not yet submitted: dispatches share a compute pass for as long as nothing else comes. */
export class Recorder {
  /** Stage whose passes are timed. */
  stage: string | undefined;
  readonly #device: GPUDevice;
  readonly #params: Params;
  readonly #groups: BindGroups;
  readonly #timestamps: Timestamps | undefined;
  #encoder: GPUCommandEncoder | undefined;
  #pass: GPUComputePassEncoder | undefined;
  #names: string[] = [];
  #submitted: readonly string[] = [];
  readonly #touched = new Set<GPUBuffer>();

  constructor(device: GPUDevice, params: Params, timestamps: Timestamps | undefined) {
    this.#device = device;
    this.#params = params;
    this.#groups = new BindGroups(device);
    this.#timestamps = timestamps;
  }

  /** Kernels recorded, else those last submitted: what an error may be about. */
  get atWork(): readonly string[] {
    return this.#names.length > 0 ? this.#names : this.#submitted;
  }

  /** Whether recorded work reads or writes this buffer. */
  touches(buffer: GPUBuffer): boolean {
    return this.#touched.has(buffer);
  }

  /** Records one dispatch of the kernel `name`. */
  dispatch(
    name: string,
    pipeline: Pipeline,
    entries: readonly GPUBindGroupEntry[],
    dynamicOffsets: readonly number[],
    [x, y, z]: readonly [number, number, number],
  ): void {
    const pass = this.#computePass();
    pass.setPipeline(pipeline.pipeline);
    pass.setBindGroup(0, this.#groups.get(name, pipeline, entries), [...dynamicOffsets]);
    pass.dispatchWorkgroups(x, y, z);
    for (const { resource } of entries) this.#touched.add((resource as GPUBufferBinding).buffer);
    this.#names.push(name);
  }

  /** The encoder, for a copy or a clear that reads or writes `buffers`: it ends the pass. */
  encoder(...buffers: readonly GPUBuffer[]): GPUCommandEncoder {
    this.endPass();
    for (const buffer of buffers) this.#touched.add(buffer);
    return this.#encoder ??= this.#device.createCommandEncoder();
  }

  /** Ends the pass, so that the next one may be timed as another stage. */
  endPass(): void {
    this.#pass?.end();
    this.#pass = undefined;
  }

  /** Whether there is nothing to submit. */
  get isEmpty(): boolean {
    return this.#encoder === undefined;
  }

  /** Submits what is recorded, and returns the kernels in it. */
  submit(): readonly string[] {
    const encoder = this.encoder();
    const names = this.#names;
    this.#encoder = undefined;
    this.#touched.clear();
    this.#names = [];
    if (names.length > 0) this.#submitted = names; // a submit of copies alone says less than the one before
    this.#params.upload();
    this.#device.queue.submit([encoder.finish()]);
    return names;
  }

  /** Forgets what was kept for buffers that are about to be destroyed. */
  forgetBuffers(): void {
    this.#groups.clear();
  }

  /** Forgets what is recorded. */
  drop(): void {
    this.#pass = undefined;
    this.#encoder = undefined;
  }

  #computePass(): GPUComputePassEncoder {
    if (!this.#pass) {
      this.#encoder ??= this.#device.createCommandEncoder();
      const writes = this.stage === undefined ? undefined : this.#timestamps?.next(this.stage);
      this.#pass = this.#encoder.beginComputePass(writes ? { timestampWrites: writes } : {});
    }
    return this.#pass;
  }
}
