import type { Features } from "./adapter.ts";
import { GpuError } from "./errors.ts";
import { type Kernel, source } from "./kernel.ts";
import { numbered } from "./wgsl.ts";

/** A compiled kernel. */
export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

const COMPUTE_STAGE = 0x4;

/** Compiled kernels of one device: each is made once. */
export class Pipelines {
  readonly #device: GPUDevice;
  readonly #features: Features;
  readonly #onError: (error: Promise<GpuError | undefined>) => void;
  readonly #made = new Map<Kernel, Pipeline>();

  constructor(device: GPUDevice, features: Features, onError: (error: Promise<GpuError | undefined>) => void) {
    this.#device = device;
    this.#features = features;
    this.#onError = onError;
  }

  /** The WGSL text of every kernel compiled so far, by name: what reports hash. */
  sources(): Map<string, string> {
    const texts = [...this.#made.keys()].map((kernel) => [kernel.name, this.#source(kernel)] as const);
    return new Map(texts.sort(([a], [b]) => a < b ? -1 : 1));
  }

  get(kernel: Kernel): Pipeline {
    let found = this.#made.get(kernel);
    if (!found) this.#made.set(kernel, found = this.#compile(kernel));
    return found;
  }

  #source(kernel: Kernel): string {
    return source(kernel, this.#features.subgroupsDirective);
  }

  #compile(kernel: Kernel): Pipeline {
    if (kernel.subgroups && !this.#features.subgroups) {
      throw new GpuError("invalid", `kernel ${kernel.name}: this device has no subgroups`);
    }
    const device = this.#device;
    const code = this.#source(kernel);
    device.pushErrorScope("validation");
    const module = device.createShaderModule({ label: kernel.name, code });
    const entries: GPUBindGroupLayoutEntry[] = Object.values(kernel.bindings).map(({ access }, i) => ({
      binding: i + 1,
      visibility: COMPUTE_STAGE,
      buffer: { type: access === "read" ? "read-only-storage" : "storage" },
    }));
    if (Object.keys(kernel.params).length > 0) {
      entries.unshift({ binding: 0, visibility: COMPUTE_STAGE, buffer: { type: "uniform", hasDynamicOffset: true } });
    }
    const layout = device.createBindGroupLayout({ label: kernel.name, entries });
    const pipeline = device.createComputePipeline({
      label: kernel.name,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: "main" },
    });
    this.#onError(compileError(kernel.name, code, module, device.popErrorScope()));
    return { pipeline, layout };
  }
}

async function compileError(
  name: string,
  code: string,
  module: GPUShaderModule,
  scope: Promise<GPUError | null>,
): Promise<GpuError | undefined> {
  const error = await scope;
  if (!error) return undefined;
  const { messages } = await module.getCompilationInfo();
  const worst = messages.find(({ type }) => type === "error");
  const what = worst ? `line ${worst.lineNum}: ${worst.message.trim()}` : error.message.trim();
  return new GpuError("invalid", `kernel ${name} does not compile: ${what}\n${numbered(code, worst?.lineNum)}`);
}
