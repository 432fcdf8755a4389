import type { BackendName } from "./backend.ts";

/** What is known of the hardware and driver behind a device. */
export interface AdapterDescription {
  readonly backend: BackendName;
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  /** Whether the CPU does the work: then figures say nothing about a GPU, and defaults are small. */
  readonly isSoftware: boolean;
}

/** The limits that kernels and error messages ask for. */
export interface Limits {
  /** Largest tensor a kernel can see, in bytes. */
  readonly maxStorageBufferBindingSize: number;
  readonly maxBufferSize: number;
  readonly maxComputeWorkgroupStorageSize: number;
  readonly maxComputeInvocationsPerWorkgroup: number;
  readonly maxComputeWorkgroupSizeX: number;
  readonly maxComputeWorkgroupSizeY: number;
  readonly maxComputeWorkgroupsPerDimension: number;
  readonly maxStorageBuffersPerShaderStage: number;
}

/** What was found by asking for it. */
export interface Features {
  readonly timestamps: boolean;
  readonly subgroups: boolean;
  readonly f16: boolean;
  /** Whether WGSL must say `enable subgroups;` (Dawn) or must not (wgpu's naga rejects the directive). */
  readonly subgroupsDirective: boolean;
  readonly subgroupMinSize: number;
  readonly subgroupMaxSize: number;
}

const SOFTWARE = /llvmpipe|lavapipe|swiftshader|software|basic render|cpu/i;

/** Names the adapter and tells whether it computes in software. */
export function describeAdapter(adapter: GPUAdapter, backend: BackendName): AdapterDescription {
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  return {
    backend,
    vendor,
    architecture,
    device,
    description,
    isSoftware: isFallbackAdapter === true || SOFTWARE.test(`${description} ${architecture} ${device}`),
  };
}

/** The adapter's real limits, of those that matter here; storage buffers per stage are capped at what kernels use. */
export function realLimits(adapter: GPUAdapter): Limits {
  const limits = adapter.limits;
  return {
    maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
    maxBufferSize: limits.maxBufferSize,
    maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
    maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
    maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
    maxComputeWorkgroupSizeY: limits.maxComputeWorkgroupSizeY,
    maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
    maxStorageBuffersPerShaderStage: Math.min(limits.maxStorageBuffersPerShaderStage, 16),
  };
}
