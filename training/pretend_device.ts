import { Gpu } from "../kernels/gpu/mod.ts";

/**
 * A device like `gpu` by its limits and features that computes nothing and holds nothing: what runs on it only counts in
 * its ledger. So the memory of work is known before any of it is done. Nothing can be read from it.
 */
export function pretendGpu({ adapter, limits, features }: Gpu): Gpu {
  return new Gpu(pretendDevice(), adapter, limits, features);
}

/** The part of WebGPU that `Gpu` uses between two readbacks. */
function pretendDevice(): GPUDevice {
  const nothing = (): void => {};
  const pass = { setPipeline: nothing, setBindGroup: nothing, dispatchWorkgroups: nothing, end: nothing };
  const encoder = {
    beginComputePass: () => pass,
    clearBuffer: nothing,
    copyBufferToBuffer: nothing,
    finish: () => ({}),
  };
  const device = {
    queue: { writeBuffer: nothing, submit: nothing },
    lost: new Promise<never>(nothing),
    addEventListener: nothing,
    pushErrorScope: nothing,
    popErrorScope: () => Promise.resolve(null),
    createBuffer: ({ size }: GPUBufferDescriptor) => ({ size, destroy: nothing }),
    createShaderModule: () => ({}),
    createBindGroupLayout: () => ({}),
    createPipelineLayout: () => ({}),
    createComputePipeline: () => ({}),
    createBindGroup: () => ({}),
    createCommandEncoder: () => encoder,
    destroy: nothing,
  };
  return device as unknown as GPUDevice;
}
