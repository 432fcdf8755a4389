import assert from "node:assert/strict";
import { columns } from "../gpu/mod.ts";
import { assertTensor, gpuTest, TestRandom } from "../testing/mod.ts";
import { activationReference } from "./elementwise_reference.ts";
import { gate } from "./gate.ts";

for (const [rows, width] of [[1, 1], [3, 7], [5, 64], [67, 12]]) {
  gpuTest(`gate() equals its reference for ${rows} rows of ${width}`, async (gpu) => {
    const random = new TestRandom(rows);
    const x = random.normals(rows * width);
    const z = random.normals(rows * width, 3);
    const y = gate(gpu, gpu.upload(x, [rows, width]), gpu.upload(z, [rows, width]));
    await assertTensor(gpu, y, x.map((v, i) => v * activationReference.silu(z[i])));
  });
}

for (const [stride, xOffset, zOffset, width] of [[16, 0, 8, 8], [13, 2, 7, 5]]) {
  gpuTest(`gate() takes columns ${xOffset} and ${zOffset} of one tensor ${stride} wide`, async (gpu) => {
    const random = new TestRandom(stride);
    const [batch, time] = [2, 9];
    const both = random.normals(batch * time * stride);
    const tensor = gpu.upload(both, [batch, time, stride]);
    const y = gate(gpu, columns(tensor, xOffset, width), columns(tensor, zOffset, width));
    assert.deepEqual(y.shape, [batch, time, width]);
    const expected = Float64Array.from({ length: batch * time * width }, (_, i) => {
      const start = Math.floor(i / width) * stride + i % width;
      return both[start + xOffset] * activationReference.silu(both[start + zOffset]);
    });
    await assertTensor(gpu, y, expected);
  });
}
