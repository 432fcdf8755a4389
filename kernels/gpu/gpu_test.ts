import assert from "node:assert/strict";
import { gpuTest, TestRandom } from "../testing/mod.ts";
import { kernel, read, write } from "./kernel.ts";
import { DISPATCHES_PER_SUBMIT } from "./params.ts";
import { slice } from "./tensor.ts";
import { accumulate, fill } from "./test_kernels.ts";

gpuTest("Gpu.upload() and read() carry values there and back, floats and integers, of ragged lengths", async (gpu) => {
  const random = new TestRandom(11);
  for (const count of [1, 2, 63, 64, 65, 257]) {
    const floats = random.normals(count);
    assert.deepEqual(await gpu.read(gpu.upload(floats)), floats);
    const integers = Uint32Array.from(floats, (v) => Math.abs(v) * 2 ** 30);
    const tensor = gpu.upload(integers, [count, 1]);
    assert.equal(tensor.type, "u32");
    assert.deepEqual(await gpu.read(tensor), integers);
  }
});

gpuTest("Gpu.read() of an empty tensor is an empty array", async (gpu) => {
  assert.equal((await gpu.read(gpu.tensor([0, 5]))).length, 0);
  assert.ok(await gpu.read(gpu.tensor([0], "u32")) instanceof Uint32Array);
});

gpuTest("Gpu.tensor() is poisoned in tests and zeros() is not", async (gpu) => {
  assert.ok((await gpu.read(gpu.tensor([70]))).every(Number.isNaN));
  assert.deepEqual(await gpu.read(gpu.zeros([70])), new Float32Array(70));
});

gpuTest("Gpu.write() waits its turn behind what is only recorded", async (gpu) => {
  const source = gpu.upload(Float32Array.of(1));
  const sum = gpu.zeros([1]);
  gpu.dispatch(accumulate, { x: source, y: sum }, { count: 1 }, [1]);
  gpu.write(source, Float32Array.of(10));
  gpu.dispatch(accumulate, { x: source, y: sum }, { count: 1 }, [1]);
  gpu.write(source, Float32Array.of(100)); // seen by none of the two
  assert.equal((await gpu.read(sum))[0], 11);
});

gpuTest("Gpu.write() takes a part of a larger array, and refuses a wrong number of values", async (gpu) => {
  const tensor = gpu.tensor([2]);
  gpu.write(tensor, Float32Array.of(1, 2, 3, 4).subarray(1, 3));
  assert.deepEqual(await gpu.read(tensor), Float32Array.of(2, 3));
  assert.throws(() => gpu.write(tensor, new Float32Array(3)), /3 values do not fill f32 \[2\]/);
});

gpuTest("Gpu.copy() moves elements between offsets, in order with dispatches", async (gpu) => {
  const from = gpu.upload(Float32Array.of(1, 2, 3, 4, 5));
  const to = gpu.zeros([4]);
  gpu.copy(from, 1, to, 2, 2);
  gpu.dispatch(fill, { y: from }, { count: 5, value: 9 }, [1]);
  gpu.copy(from, 0, to, 0, 1);
  assert.deepEqual(await gpu.read(to), Float32Array.of(9, 0, 2, 3));
  gpu.copy(from, 5, to, 4, 0);
  assert.throws(() => gpu.copy(from, 4, to, 0, 2), /cannot copy 2 elements from f32 \[5\] to f32 \[4\]/);
  assert.throws(() => gpu.copy(from, 0, to, 3, 2), RangeError);
});

gpuTest("Gpu.copy() and clear() respect the offset of a slice", async (gpu) => {
  const whole = gpu.upload(Float32Array.from({ length: 256 }, (_, i) => i), [4, 64]);
  const other = gpu.upload(Float32Array.from({ length: 256 }, (_, i) => i), [4, 64]);
  gpu.clear(slice(whole, 1, 1));
  gpu.copy(slice(other, 3, 1), 5, slice(whole, 2, 1), 0, 1);
  const values = await gpu.read(whole);
  assert.throws(
    () => gpu.copy(slice(whole, 0, 1), 0, whole, 64, 1),
    /cannot copy inside one buffer: f32 \[1, 64\]/,
  );
  assert.deepEqual([values[63], values[64], values[127], values[128], values[129]], [63, 0, 0, 197, 129]);
});

gpuTest("Gpu.dispatch() binds a slice that starts where a binding may", async (gpu) => {
  const whole = gpu.zeros([4, 64]);
  gpu.dispatch(fill, { y: slice(whole, 2, 1) }, { count: 64, value: 1 }, [1]);
  const values = await gpu.read(whole);
  assert.deepEqual([values[127], values[128], values[191], values[192]], [0, 1, 1, 0]);
});

gpuTest("Gpu.dispatch() hands over parameters of each type, beside one another", async (gpu) => {
  const echo = kernel(
    "echo",
    { a: "u32", b: "i32", c: "f32", d: "u32", e: "i32" },
    { y: write() },
    `@compute @workgroup_size(1) fn main() {
  y[0] = f32(params.a >> 8u); y[1] = f32(params.b); y[2] = params.c; y[3] = f32(params.d); y[4] = f32(params.e);
}`,
  );
  const y = gpu.tensor([5]);
  gpu.dispatch(echo, { y }, { a: 2 ** 32 - 256, b: -7, c: -0.375, d: 3, e: 2 ** 23 - 1 }, [1]);
  assert.deepEqual(await gpu.read(y), Float32Array.of(2 ** 24 - 1, -7, -0.375, 3, 2 ** 23 - 1));
});

gpuTest(
  "Gpu.dispatch() keeps every dispatch's own parameters when more are recorded than one submit holds",
  async (gpu) => {
    const count = 2 * DISPATCHES_PER_SUBMIT + 3;
    const cells = gpu.zeros([count, 64]);
    for (let i = 0; i < count; i++) gpu.dispatch(fill, { y: slice(cells, i, 1) }, { count: 1, value: i + 1 }, [1]);
    const values = await gpu.read(cells);
    for (let i = 0; i < count; i++) assert.equal(values[64 * i], i + 1);
  },
);

gpuTest("Gpu.dispatch() sees what the dispatches before it wrote", async (gpu) => {
  const one = gpu.upload(Float32Array.of(1));
  const sum = gpu.zeros([1]);
  for (let i = 0; i < 40; i++) gpu.dispatch(accumulate, { x: one, y: sum }, { count: 1 }, [1]);
  assert.equal((await gpu.read(sum))[0], 40);
});

gpuTest("Gpu.dispatch() records nothing for no workgroups", (gpu) => {
  const y = gpu.zeros([1]);
  const before = gpu.dispatches;
  gpu.dispatch(fill, { y }, { count: 0, value: 0 }, [0]);
  gpu.dispatch(fill, { y }, { count: 0, value: 0 }, [1, 0]);
  assert.equal(gpu.dispatches, before);
});

gpuTest("Gpu.grid() folds into two dimensions that cover every group and waste less than one column", (gpu) => {
  const most = gpu.limits.maxComputeWorkgroupsPerDimension;
  assert.deepEqual(gpu.grid(0), [0, 1, 1]);
  assert.deepEqual(gpu.grid(most), [most, 1, 1]);
  for (const count of [most + 1, 2 * most, 2 * most + 1, 1_000_003, 5 * most - 1]) {
    const [x, y = 1, z = 1] = gpu.grid(count);
    assert.ok(x <= most && y <= most && z === 1);
    assert.ok(x * y >= count && (x - 1) * y < count, `${count} in ${x}×${y}`);
  }
});

gpuTest("Gpu.grid() reaches elements past the first dimension", async (gpu) => {
  const count = gpu.limits.maxComputeWorkgroupsPerDimension * 64 + 65;
  const y = gpu.zeros([count]);
  gpu.dispatch(fill, { y }, { count, value: 3 }, gpu.grid(Math.ceil(count / 64)));
  assert.ok((await gpu.read(y)).every((v) => v === 3));
});

gpuTest("Gpu.sources() holds the text of each kernel that ran, by name", async (gpu) => {
  gpu.dispatch(fill, { y: gpu.tensor([1]) }, { count: 1, value: 0 }, [1]);
  await gpu.idle();
  assert.match(gpu.sources().get("fill") ?? "", /value: f32,[^]*y\[i\] = params\.value/);
});

gpuTest("Gpu holds no more after 200 iterations than after one", async (gpu) => {
  const iterate = async () => {
    using _scope = gpu.scope();
    const x = gpu.upload(new Float32Array(100).fill(1));
    const y = gpu.zeros([100]);
    for (let i = 0; i < 5; i++) {
      using inner = gpu.scope();
      const part = gpu.tensor([100]);
      gpu.copy(x, 0, part, 0, 100);
      gpu.dispatch(accumulate, { x: part, y }, { count: 100 }, [2]);
      if (i === 4) inner.keep(part);
    }
    gpu.flush();
    return await Promise.resolve(y.shape[0]);
  };
  await iterate();
  const [live, reserved] = [gpu.ledger.liveBytes, gpu.ledger.reservedBytes];
  for (let i = 0; i < 200; i++) await iterate();
  await gpu.idle();
  assert.equal(gpu.ledger.liveBytes, live);
  assert.equal(gpu.ledger.reservedBytes, reserved);
});

gpuTest("A vec4 binding reaches the last elements of a tensor that is no multiple of four", async (gpu) => {
  const double = kernel(
    "double",
    {},
    { x: read("vec4f"), y: write("vec4f") },
    `@compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32) { if (i < 2u) { y[i] = 2.0 * x[i]; } }`,
  );
  const y = gpu.tensor([7]);
  gpu.dispatch(double, { x: gpu.upload(Float32Array.of(1, 2, 3, 4, 5, 6, 7)), y }, {}, [1]);
  assert.deepEqual(await gpu.read(y), Float32Array.of(2, 4, 6, 8, 10, 12, 14));
});
