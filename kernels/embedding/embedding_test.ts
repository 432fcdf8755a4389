import assert from "node:assert/strict";
import { assertTensor, gpuTest, TestRandom } from "../testing/mod.ts";
import { embedding, gatherRows } from "./embedding.ts";

for (const [vocabulary, d, batch, time] of [[1, 1, 1, 1], [5, 3, 2, 7], [31, 64, 3, 11], [2, 260, 1, 2]]) {
  gpuTest(`embedding() picks rows of ${d} from a table of ${vocabulary}`, async (gpu) => {
    const random = new TestRandom(d);
    const table = random.normals(vocabulary * d);
    const tokens = Uint32Array.from({ length: batch * time }, () => random.integer(vocabulary));
    const y = embedding(gpu, gpu.upload(table, [vocabulary, d]), gpu.upload(tokens, [batch, time]));
    assert.deepEqual(y.shape, [batch, time, d]);
    const expected = Float64Array.from(
      { length: tokens.length * d },
      (_, i) => table[tokens[Math.floor(i / d)] * d + i % d],
    );
    await assertTensor(gpu, y, expected, 0);
  });
}

for (const d of [3, 4]) {
  gpuTest(`embedding() gives NaN for a token outside a table ${d} wide, and for no other`, async (gpu) => {
    const table = gpu.upload(new Float32Array(2 * d).fill(1), [2, d]);
    const y = await gpu.read(embedding(gpu, table, gpu.upload(Uint32Array.of(1, 2, 0, 0xffffffff))));
    const seen = Array.from({ length: 4 }, (_, i) => [...y.subarray(i * d, (i + 1) * d)].map((v) => Number.isNaN(v)));
    assert.deepEqual(seen, [false, true, false, true].map((bad) => Array(d).fill(bad)));
  });

  gpuTest(`gatherRows() picks one row of each sequence ${d} wide, NaN past its end`, async (gpu) => {
    const [batch, time] = [4, 5];
    const x = new TestRandom(d).normals(batch * time * d);
    const index = [4, 0, 3, 5];
    const y = await gpu.read(gatherRows(gpu, gpu.upload(x, [batch, time, d]), gpu.upload(Uint32Array.from(index))));
    index.slice(0, 3).forEach((t, b) => {
      assert.deepEqual(y.subarray(b * d, (b + 1) * d), x.subarray((b * time + t) * d, (b * time + t + 1) * d));
    });
    assert.ok(y.subarray(3 * d).every((v) => Number.isNaN(v)));
  });
}

gpuTest("embedding() refuses indices that are not u32", async (gpu) => {
  const x = gpu.zeros([2, 2]);
  await Promise.resolve();
  assert.throws(() => embedding(gpu, x, x), /indices are f32/);
});
