import type { AdapterDescription, Features, Limits } from "./adapter.ts";
import { bindTensors } from "./bindings.ts";
import { formatBytes, GpuError } from "./errors.ts";
import { Failures, inKernels, oneLine } from "./failures.ts";
import type { Binding, Kernel, ParamType } from "./kernel.ts";
import { Ledger, type Tag } from "./ledger.ts";
import { Params } from "./params.ts";
import { Pipelines } from "./pipelines.ts";
import { BufferUsage, Pool } from "./pool.ts";
import { Recorder } from "./recorder.ts";
import { Scope } from "./scope.ts";
import type { Tape } from "./tape.ts";
import { byteLength, describe, type ElementType, freshId, type IntegerTensor, size, type Tensor } from "./tensor.ts";
import { tensorBytes } from "./tensor_bytes.ts";
import { Timestamps } from "./timestamps.ts";

/** Elements of an upload up to which a buffer more costs less than a submit. */
const SMALL_UPLOAD = 65536;

/** Workgroups in x, y and z. */
export type Workgroups = readonly [x: number, y?: number, z?: number];

/**
 * A device and what runs on it: tensors from a pool with an exact ledger, and dispatches recorded into one pass until
 * `flush`, `read` or `idle` submits them. Work runs in the order in which it was recorded, so a tensor may be released
 * as soon as its last use is recorded. Errors of the device are asynchronous: they are thrown, as one GpuError that
 * names the kernels concerned, by the next call that can.
 */
export class Gpu implements Disposable {
  readonly device: GPUDevice;
  readonly adapter: AdapterDescription;
  readonly limits: Limits;
  readonly features: Features;
  readonly ledger: Ledger = new Ledger();
  /** Dispatches recorded so far. */
  dispatches = 0;
  /** Fills every new tensor with NaN, so that a kernel which leaves elements unwritten is seen. For tests. */
  poison: ((gpu: Gpu, tensor: Tensor) => void) | undefined;

  /** Where ops record how gradients flow through them; absent in inference. */
  tape: Tape | undefined;

  readonly #pool: Pool;
  readonly #pipelines: Pipelines;
  readonly #timestamps: Timestamps | undefined;
  readonly #params: Params;
  readonly #failures = new Failures();
  readonly #recorder: Recorder;
  #scope: Scope | undefined;
  #closed = false;

  constructor(device: GPUDevice, adapter: AdapterDescription, limits: Limits, features: Features) {
    this.device = device;
    this.adapter = adapter;
    this.limits = limits;
    this.features = features;
    this.#pool = new Pool(
      device,
      this.ledger,
      (bytes, error) =>
        this.#failures.watch(
          error.then((e) =>
            e
              ? new GpuError("out-of-memory", `the device has no ${formatBytes(bytes)} left: ${oneLine(e.message)}`)
              : undefined
          ),
        ),
    );
    this.#pipelines = new Pipelines(device, features, (error) => this.#failures.watch(error));
    this.#timestamps = features.timestamps ? new Timestamps(device) : undefined;
    this.#params = new Params(device);
    this.#recorder = new Recorder(device, this.#params, this.#timestamps);
    device.addEventListener("uncapturederror", (event) => {
      const { error } = event as GPUUncapturedErrorEvent;
      const failure = /memory/i.test(error.constructor.name) ? "out-of-memory" : "invalid";
      this.#failures.fail(failure, error.message, this.#recorder.atWork);
    });
    device.lost.then((info) => {
      if (!this.#closed) this.#failures.fail("device-lost", info.message || info.reason, this.#recorder.atWork);
    });
  }

  // ---- tensors ----

  /**
   * A tensor with undefined contents. Throws GpuError "over-limit" when it is larger than the device can bind, saying
   * the limit; the caller's shape tells what to shorten.
   */
  tensor(shape: readonly number[], type: "u32", tag?: Tag): IntegerTensor;
  tensor(shape: readonly number[], type?: ElementType, tag?: Tag): Tensor;
  tensor(shape: readonly number[], type: ElementType = "f32", tag: Tag = "activations"): Tensor {
    return this.#make(shape, type, tag);
  }

  #make(
    shape: readonly number[],
    type: ElementType,
    tag: Tag,
    avoided?: (buffer: GPUBuffer) => boolean,
  ): Tensor {
    this.#throwIfFailed();
    const bytes = tensorBytes(shape, type, this.limits);
    const tensor: Tensor = { buffer: this.#pool.acquire(bytes, tag, avoided), offset: 0, shape, type, id: freshId() };
    this.#scope?.own(tensor);
    this.poison?.(this, tensor);
    return tensor;
  }

  /** A tensor of zeros. */
  zeros(shape: readonly number[], type: ElementType = "f32", tag: Tag = "activations"): Tensor {
    const tensor = this.tensor(shape, type, tag);
    this.clear(tensor);
    return tensor;
  }

  /** Sets all elements to zero. */
  clear(tensor: Tensor): void {
    if (size(tensor) === 0) return;
    this.#throwIfFailed();
    this.#recorder.encoder(tensor.buffer).clearBuffer(tensor.buffer, tensor.offset, byteLength(tensor));
  }

  /** Copies host data to a new tensor. The length must be that of the shape. */
  upload(data: Float32Array | Uint32Array, shape: readonly number[] = [data.length], tag: Tag = "activations"): Tensor {
    // Another buffer, rather than a submit before this one may be written to.
    const isInUse = (buffer: GPUBuffer) => data.length <= SMALL_UPLOAD && this.#recorder.touches(buffer);
    const tensor = this.#make(shape, data instanceof Uint32Array ? "u32" : "f32", tag, isInUse);
    this.write(tensor, data);
    return tensor;
  }

  /** Overwrites a tensor with host data, in order with what is recorded. */
  write(tensor: Tensor, data: Float32Array | Uint32Array): void {
    if (data.length !== size(tensor)) throw new RangeError(`${data.length} values do not fill ${describe(tensor)}`);
    if (data.length === 0) return;
    // The queue writes at once, before anything that is only recorded: what is recorded with this buffer goes first.
    if (this.#recorder.touches(tensor.buffer)) this.flush();
    this.device.queue.writeBuffer(tensor.buffer, tensor.offset, data as BufferSource);
  }

  /** Copies `count` elements from one tensor to another (not to a view of it), counted from each one's first element. */
  copy(from: Tensor, fromElement: number, to: Tensor, toElement: number, count: number): void {
    if (fromElement + count > size(from) || toElement + count > size(to)) {
      throw new RangeError(`cannot copy ${count} elements from ${describe(from)} to ${describe(to)}`);
    }
    if (count === 0) return;
    if (from.buffer === to.buffer) throw new GpuError("invalid", `cannot copy inside one buffer: ${describe(from)}`);
    this.#throwIfFailed();
    this.#recorder.encoder(from.buffer, to.buffer).copyBufferToBuffer(
      from.buffer,
      from.offset + 4 * fromElement,
      to.buffer,
      to.offset + 4 * toElement,
      4 * count,
    );
  }

  /** Gives a tensor's memory back. */
  release(tensor: Tensor): void {
    this.#scope?.disown(tensor);
    this.#pool.release(tensor.buffer);
  }

  /** Keeps a tensor's memory until `letGo`, whoever releases it meanwhile. */
  hold(tensor: Tensor): void {
    this.#pool.hold(tensor.buffer);
  }

  /** Gives up one share of a tensor: ends what `hold` began. */
  letGo(tensor: Tensor): void {
    // After device loss `destroy` may have taken the buffers already.
    if (this.#pool.holds(tensor.buffer)) this.#pool.release(tensor.buffer);
  }

  /** Makes the open scope responsible for what `hold` began. */
  own(tensor: Tensor): void {
    if (this.#scope?.owns(tensor)) this.letGo(tensor); // once is enough
    else this.#scope?.own(tensor);
  }

  /** Starts a scope: see `Scope`. Scopes close in the reverse order of their opening. */
  scope(): Scope {
    const parent = this.#scope;
    const scope = new Scope(
      parent,
      (tensor) => this.letGo(tensor),
      () => this.#scope = parent,
    );
    return this.#scope = scope;
  }

  /** Hands buffers that are free back to the device. */
  trim(): void {
    this.flush();
    this.#recorder.forgetBuffers();
    this.#pool.trim();
  }

  // ---- work ----

  /** Records one dispatch. Throws when a binding is missing, bound for reading and writing at once, or too many groups. */
  dispatch<P extends Record<string, ParamType>, B extends Record<string, Binding>>(
    kernel: Kernel<P, B>,
    bindings: { readonly [name in keyof B]: Tensor },
    params: { readonly [name in keyof P]: number },
    workgroups: Workgroups,
  ): void {
    this.#throwIfFailed();
    const [x, y = 1, z = 1] = workgroups;
    if (x * y * z === 0) return;
    const most = this.limits.maxComputeWorkgroupsPerDimension;
    if (Math.max(x, y, z) > most) {
      const groups = `${x}×${y}×${z} workgroups`;
      throw new GpuError("over-limit", `kernel ${kernel.name}: ${groups}, but at most ${most} a dimension`);
    }
    const buffers = Object.keys(kernel.bindings).length;
    if (buffers > this.limits.maxStorageBuffersPerShaderStage) {
      const bound = `binds ${buffers} storage buffers, but this adapter takes`;
      throw new GpuError("over-limit", `kernel ${kernel.name} ${bound} ${this.limits.maxStorageBuffersPerShaderStage}`);
    }
    const untyped = kernel as unknown as Kernel;
    const entries = bindTensors(untyped, bindings);
    const offsets: number[] = [];
    if (Object.keys(kernel.params).length > 0) {
      if (this.#params.isFull) this.flush();
      const { binding, offset } = this.#params.add(untyped, params);
      entries.push({ binding: 0, resource: binding });
      offsets.push(offset);
    }
    this.#recorder.dispatch(kernel.name, this.#pipelines.get(untyped), entries, offsets, [x, y, z]);
    this.dispatches++;
  }

  /** Workgroups for `count` of them, folded into two dimensions where one is too short (see `flatIndex` in WGSL). */
  grid(count: number): Workgroups {
    const most = this.limits.maxComputeWorkgroupsPerDimension;
    if (count <= most) return [count, 1, 1];
    const y = Math.ceil(count / most);
    return [Math.ceil(count / y), y, 1];
  }

  /**
   * Times what `work` records as the stage `name`, by GPU timestamps (see `stageSeconds`); stages do not nest. Without
   * timestamps it only runs `work`.
   */
  stage<T>(name: string, work: () => T): T {
    const recorder = this.#recorder;
    if (recorder.stage !== undefined) {
      throw new GpuError("invalid", `stage ${name} begins inside stage ${recorder.stage}`);
    }
    recorder.endPass();
    recorder.stage = name;
    try {
      return work();
    } finally {
      recorder.endPass();
      recorder.stage = undefined;
    }
  }

  /** GPU seconds by stage since the last call, in the order of their beginning; empty without timestamps. */
  async stageSeconds(): Promise<Map<string, number>> {
    this.#throwIfFailed();
    this.flush();
    // The queries of a pass that was refused are never written, and NVIDIA's driver would wait for them for ever.
    await this.#settle();
    try {
      const seconds = await this.#timestamps?.resolve() ?? new Map<string, number>();
      await this.#settle(); // the times of work that failed are worthless
      return seconds;
    } catch (error) {
      throw await this.#cause("the timestamps", error);
    }
  }

  /** Submits what is recorded. */
  flush(): void {
    if (this.#recorder.isEmpty) return;
    this.device.pushErrorScope("validation");
    const names = this.#recorder.submit();
    this.#failures.watch(
      this.device.popErrorScope().then((e) =>
        e ? new GpuError("invalid", inKernels(names) + oneLine(e.message)) : undefined
      ),
    );
  }

  /** Submits, and waits until the device has done everything. */
  async idle(): Promise<void> {
    this.flush();
    await this.device.queue.onSubmittedWorkDone();
    await this.#settle();
  }

  /** The elements of a tensor, on the host. */
  async read(tensor: IntegerTensor): Promise<Uint32Array<ArrayBuffer>>;
  async read(tensor: Tensor): Promise<Float32Array<ArrayBuffer>>;
  async read(tensor: Tensor): Promise<Float32Array | Uint32Array> {
    const bytes = byteLength(tensor);
    if (bytes === 0) return tensor.type === "u32" ? new Uint32Array() : new Float32Array();
    this.#throwIfFailed();
    const staging = this.device.createBuffer({ size: bytes, usage: BufferUsage.MAP_READ | BufferUsage.COPY_DST });
    this.#recorder.encoder().copyBufferToBuffer(tensor.buffer, tensor.offset, staging, 0, bytes);
    this.flush();
    try {
      await staging.mapAsync(1);
      await this.#settle();
      const copy = staging.getMappedRange().slice(0);
      return tensor.type === "u32" ? new Uint32Array(copy) : new Float32Array(copy);
    } catch (error) {
      throw await this.#cause(describe(tensor), error);
    } finally {
      staging.destroy();
    }
  }

  /** The WGSL text of every kernel compiled so far, by name. */
  sources(): Map<string, string> {
    return this.#pipelines.sources();
  }

  /** Destroys the device and all tensors. */
  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#recorder.drop();
    this.#pool.destroy();
    this.#timestamps?.destroy();
    this.#params.destroy();
    this.device.destroy();
  }

  async #settle(): Promise<void> {
    await this.#failures.settle();
    this.#throwIfFailed();
  }

  /** Why `what` could not be read: the device's own error where there is one, which says more. */
  async #cause(what: string, error: unknown): Promise<unknown> {
    if (error instanceof GpuError) return error;
    await new Promise((resolve) => setTimeout(resolve, 0)); // a device's loss is told a task later
    await this.#settle();
    return new GpuError("invalid", `${what} could not be read: ${(error as Error).message}`);
  }

  #throwIfFailed(): void {
    this.#failures.check();
    if (this.#closed) throw new GpuError("device-lost", "this GPU was closed");
  }
}
