import assert from "node:assert/strict";
import { gpuTest } from "../testing/mod.ts";
import { BindGroups } from "./bind_groups.ts";
import { type Gpu, kernel, read, write } from "./mod.ts";
import type { Pipeline } from "./pipelines.ts";

/** A device that only counts the groups it makes. */
function counting(): { device: GPUDevice; made: () => number } {
  let count = 0;
  return { device: { createBindGroup: () => ({ number: count++ }) } as unknown as GPUDevice, made: () => count };
}

function entries(...bindings: [buffer: object, offset: number, size: number][]): GPUBindGroupEntry[] {
  return bindings.map(([buffer, offset, size], binding) => ({
    binding,
    resource: { buffer: buffer as GPUBuffer, offset, size },
  }));
}

Deno.test("BindGroups.get() makes one group for the same pipeline, buffers, offsets and sizes", () => {
  const { device, made } = counting();
  const groups = new BindGroups(device);
  const [one, two] = [{} as Pipeline, {} as Pipeline];
  const [a, b] = [{}, {}];
  const first = groups.get("k", one, entries([a, 0, 16], [b, 0, 16]));
  assert.equal(groups.get("k", one, entries([a, 0, 16], [b, 0, 16])), first);
  for (
    const other of [
      groups.get("k", two, entries([a, 0, 16], [b, 0, 16])),
      groups.get("k", one, entries([b, 0, 16], [a, 0, 16])),
      groups.get("k", one, entries([a, 256, 16], [b, 0, 16])),
      groups.get("k", one, entries([a, 0, 32], [b, 0, 16])),
      groups.get("k", one, entries([a, 0, 16])),
    ]
  ) assert.notEqual(other, first);
  assert.equal(made(), 6);
  groups.clear();
  assert.notEqual(groups.get("k", one, entries([a, 0, 16], [b, 0, 16])), first);
});

Deno.test("BindGroups.get() keeps what is found again, and forgets what is not while as many others are", () => {
  const { device, made } = counting();
  const groups = new BindGroups(device, 2);
  const buffers = Array.from({ length: 9 }, () => ({}));
  const pipeline = {} as Pipeline;
  const of = (i: number) => groups.get("k", pipeline, entries([buffers[i], 0, 16]));
  const kept = of(0);
  for (let i = 1; i < 9; i++) {
    of(i);
    assert.equal(of(0), kept);
  }
  assert.equal(made(), 9);
  of(1); // forgotten long ago
  assert.equal(made(), 10);
});

const addKernel = kernel(
  "add a parameter",
  { by: "f32" },
  { x: read(), y: write() },
  `@compute @workgroup_size(1) fn main() { y[0] = x[0] + params.by; }`,
);

gpuTest("Gpu.dispatch() gives each dispatch its own parameters when the buffers are the same", async (gpu: Gpu) => {
  const x = gpu.upload(Float32Array.of(1));
  const y = gpu.tensor([1]);
  const sums: number[] = [];
  for (const by of [1, 10, 100]) {
    gpu.dispatch(addKernel, { x, y }, { by }, [1]);
    const copy = gpu.tensor([1]);
    gpu.copy(y, 0, copy, 0, 1);
    gpu.dispatch(addKernel, { x: copy, y }, { by: 1000 }, [1]);
    sums.push((await gpu.read(copy))[0], (await gpu.read(y))[0]);
  }
  assert.deepEqual(sums, [2, 1002, 11, 1011, 101, 1101]);
});

gpuTest("Gpu.dispatch() works on new buffers after trim() destroyed the old ones", async (gpu) => {
  for (let i = 0; i < 3; i++) {
    const x = gpu.upload(Float32Array.of(i));
    const y = gpu.tensor([1]);
    gpu.dispatch(addKernel, { x, y }, { by: 0.5 }, [1]);
    assert.deepEqual([...await gpu.read(y)], [i + 0.5]);
    gpu.release(x);
    gpu.release(y);
    gpu.trim();
  }
});
