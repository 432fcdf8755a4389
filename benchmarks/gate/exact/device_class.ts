import type { AdapterDescription, Features, Gpu, Limits } from "../../../kernels/gpu/mod.ts";

/** A class of adapters, whose kernels are planned alike, and a device of it that stands for all. */
export interface DeviceClass {
  readonly name: "software" | "gpu";
  readonly like: Gpu;
}

/** Limits of Mesa's llvmpipe by Deno; what is not named here is the same on an H200. */
const SHARED: Limits = {
  maxStorageBufferBindingSize: 134_217_728,
  maxBufferSize: 2_147_483_647,
  maxComputeWorkgroupStorageSize: 32_768,
  maxComputeInvocationsPerWorkgroup: 1024,
  maxComputeWorkgroupSizeX: 1024,
  maxComputeWorkgroupSizeY: 1024,
  maxComputeWorkgroupsPerDimension: 65_535,
  maxStorageBuffersPerShaderStage: 16,
};

const H200: Limits = {
  ...SHARED,
  maxStorageBufferBindingSize: 2_147_483_644,
  maxBufferSize: 4_292_870_144,
  maxComputeWorkgroupStorageSize: 49_152,
};

/** Fixed, so that the counts are the same on every machine: an adapter of either class as Deno shows it. */
export const CLASSES: Readonly<Record<DeviceClass["name"], DeviceClass>> = {
  software: deviceClass("software", SHARED, 8),
  gpu: deviceClass("gpu", H200, 32),
};

/** The class of an adapter. */
export function classOf({ isSoftware }: Pick<AdapterDescription, "isSoftware">): DeviceClass["name"] {
  return isSoftware ? "software" : "gpu";
}

function deviceClass(name: DeviceClass["name"], limits: Limits, subgroup: number): DeviceClass {
  const features: Features = {
    timestamps: false,
    subgroups: true,
    f16: true,
    subgroupsDirective: false,
    subgroupMinSize: subgroup,
    subgroupMaxSize: subgroup,
  };
  const adapter: AdapterDescription = {
    backend: "deno",
    vendor: "",
    architecture: "",
    device: "",
    description: `a device like a ${name} adapter that computes nothing`,
    isSoftware: name === "software",
  };
  // Nothing else of a Gpu is asked for by `pretendGpu`.
  return { name, like: { adapter, limits, features } as Gpu };
}
