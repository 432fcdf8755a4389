import assert from "node:assert/strict";
import { assertTensor, gpuTest, TestRandom } from "../testing/mod.ts";
import { add, multiply, scale } from "./arithmetic.ts";
import { launchMap } from "./map.ts";

for (const count of [1, 2, 3, 4, 5, 1023, 1024, 1025, 2053]) {
  gpuTest(`add(), multiply() and scale() equal float64 for ${count} elements`, async (gpu) => {
    const random = new TestRandom(count);
    const a = random.normals(count);
    const b = random.normals(count);
    const [x, z] = [gpu.upload(a), gpu.upload(b)];
    await assertTensor(gpu, add(gpu, x, z), a.map((v, i) => v + b[i]));
    await assertTensor(gpu, multiply(gpu, x, z), a.map((v, i) => v * b[i]));
    await assertTensor(gpu, scale(gpu, x, -0.37), a.map((v) => -0.37 * v));
  });
}

gpuTest("launchMap() covers every element with several vec4 an invocation", async (gpu) => {
  const random = new TestRandom(3);
  const x = random.normals(4099);
  for (const each of [2, 4]) {
    const y = launchMap(gpu, { name: "negate", expression: "-a" }, [gpu.upload(x)], 1, each);
    await assertTensor(gpu, y, x.map((v) => -v), 0);
  }
});

gpuTest("add() refuses tensors of different shapes", async (gpu) => {
  const [a, b] = [gpu.zeros([2, 3]), gpu.zeros([3, 2])];
  await Promise.resolve();
  assert.throws(() => add(gpu, a, b), /add's second term: expected \[2, 3\], got f32 \[3, 2\]/);
});
