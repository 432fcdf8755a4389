import assert from "node:assert/strict";
import { assertClose, gpuTest, TestRandom } from "../testing/mod.ts";
import { sinusoidReference } from "./elementwise_reference.ts";
import { addPositions, positionTables } from "./positions.ts";

for (const [time, d, start] of [[1, 4, 0], [3, 6, 255], [300, 16, 250], [5, 64, 44_997], [4, 10, 999_996]]) {
  gpuTest(`addPositions() is within 4e-7 of float64 for ${time} positions from ${start}, ${d} wide`, async (gpu) => {
    const batch = 2;
    const zeros = gpu.zeros([batch, time, d]);
    const y = await gpu.read(addPositions(gpu, zeros, start));
    y.forEach((v, i) => {
      const position = start + Math.floor(i / d) % time;
      const expected = sinusoidReference(position, i % d, d);
      assert.ok(Math.abs(v - expected) < 4e-7, `position ${position}, channel ${i % d}: ${v}, expected ${expected}`);
    });
  });
}

gpuTest("addPositions() adds the same with tables made before, one token at a time", async (gpu) => {
  const [time, d] = [5, 8];
  const x = new TestRandom(1).normals(time * d);
  const whole = await gpu.read(addPositions(gpu, gpu.upload(x, [1, time, d]), 254));
  const tables = positionTables(gpu, d, 259);
  for (let t = 0; t < time; t++) {
    const row = gpu.upload(x.slice(t * d, (t + 1) * d), [1, 1, d]);
    assert.deepEqual(await gpu.read(addPositions(gpu, row, 254 + t, tables)), whole.slice(t * d, (t + 1) * d));
  }
});

gpuTest("addPositions() scales what it adds to, not what it adds", async (gpu) => {
  const x = new TestRandom(1).normals(24);
  const [plain, scaled] = await Promise.all(
    [1, 3].map((factor) => gpu.read(addPositions(gpu, gpu.upload(x, [1, 3, 8]), 5, undefined, factor))),
  );
  assertClose(scaled, plain.map((v, i) => v + 2 * x[i]), 1e-6);
});

gpuTest("addPositions() refuses positions behind its tables, and odd widths", async (gpu) => {
  const tables = positionTables(gpu, 8, 256);
  await Promise.resolve();
  assert.throws(() => addPositions(gpu, gpu.zeros([1, 2, 8]), 255, tables), /positions 255..257 are outside/);
  assert.throws(() => addPositions(gpu, gpu.zeros([1, 2, 7])), /even width/);
});
