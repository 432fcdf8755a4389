import { type AdapterDescription, describeAdapter, type Features, realLimits } from "./adapter.ts";
import { backend, type BackendName } from "./backend.ts";
import { GpuError } from "./errors.ts";
import { Gpu } from "./gpu.ts";

const NO_ADAPTER: Record<BackendName, string> = {
  deno: "no WebGPU adapter: install the GPU's Vulkan driver, or Mesa's software one " +
    "(Debian: apt-get install mesa-vulkan-drivers libvulkan1), then run `deno task doctor`",
  dawn: "Dawn takes no adapter of this machine (it refuses some drivers that Deno takes, old Mesa ones among them): " +
    "use --gpu deno, or install a newer Vulkan driver",
};

/**
 * Opens the system's preferred adapter with its real limits and with those of `timestamp-query`, `subgroups` and
 * `shader-f16` that it grants. Throws a GpuError "no-adapter" that says what to install when there is none.
 */
export async function openGpu(name: BackendName = "deno"): Promise<Gpu> {
  const gpu = await backend(name);
  const wanted: GPUFeatureName[] = ["timestamp-query", "subgroups" as GPUFeatureName, "shader-f16"];
  // An adapter may hide a feature that its device grants (Deno: subgroups), so only asking tells; a refusal uses the
  // adapter up, so each attempt takes a fresh one.
  for (let features = wanted;; features = features.slice(0, -1)) {
    const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
    if (!adapter) throw new GpuError("no-adapter", NO_ADAPTER[name]);
    const granted = features.length === wanted.length ? features : await supported(gpu, wanted);
    const device = await request(adapter, granted);
    if (!device) {
      if (features.length === 0) {
        throw new GpuError("no-adapter", `the adapter gives no device: ${adapter.info.description}`);
      }
      continue;
    }
    return new Gpu(device, describeAdapter(adapter, name), realLimits(adapter), featuresOf(adapter, granted, name));
  }
}

/** What `doctor` shows of an adapter without opening a device for work; undefined where there is none. */
export async function probe(name: BackendName = "deno"): Promise<AdapterDescription | undefined> {
  const adapter = await (await backend(name)).requestAdapter();
  return adapter ? describeAdapter(adapter, name) : undefined;
}

async function request(adapter: GPUAdapter, features: GPUFeatureName[]): Promise<GPUDevice | undefined> {
  try {
    return await adapter.requestDevice({ requiredFeatures: features, requiredLimits: { ...realLimits(adapter) } });
  } catch {
    return undefined;
  }
}

async function supported(gpu: GPU, wanted: GPUFeatureName[]): Promise<GPUFeatureName[]> {
  const found: GPUFeatureName[] = [];
  for (const feature of wanted) {
    const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
    const device = adapter && await request(adapter, [feature]);
    if (device) found.push(feature);
    device?.destroy();
  }
  return found;
}

function featuresOf(adapter: GPUAdapter, granted: readonly string[], name: BackendName): Features {
  const info = adapter.info as GPUAdapterInfo & { subgroupMinSize?: number; subgroupMaxSize?: number };
  return {
    timestamps: granted.includes("timestamp-query"),
    subgroups: granted.includes("subgroups"),
    f16: granted.includes("shader-f16"),
    subgroupsDirective: name === "dawn",
    subgroupMinSize: info.subgroupMinSize ?? 0,
    subgroupMaxSize: info.subgroupMaxSize ?? 0,
  };
}
