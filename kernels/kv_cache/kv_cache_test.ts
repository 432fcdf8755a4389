import assert from "node:assert/strict";
import { columns } from "../gpu/mod.ts";
import { lengths } from "../lengths.ts";
import { assertTensor, gpuTest, TestRandom } from "../testing/mod.ts";
import { appendRows, offsetLengths } from "./kv_cache.ts";

gpuTest("appendRows() writes each sequence's rows behind its own start and drops what does not fit", async (gpu) => {
  const random = new TestRandom(1);
  const [batch, added, capacity, wide, w] = [3, 2, 5, 7, 3];
  const x = random.normals(batch * added * wide);
  const before = random.normals(batch * capacity * w);
  const starts = [0, 2, 3];
  const position = 1;
  const cache = gpu.upload(before, [batch, capacity, w]);
  appendRows(gpu, columns(gpu.upload(x, [batch, added, wide]), 4, w), cache, lengths(gpu, starts, capacity), position);
  const expected = before.slice();
  for (let b = 0; b < batch; b++) {
    for (let u = 0; u < added; u++) {
      const to = starts[b] + position + u;
      if (to >= capacity) continue;
      for (let i = 0; i < w; i++) expected[(b * capacity + to) * w + i] = x[(b * added + u) * wide + 4 + i];
    }
  }
  await assertTensor(gpu, cache, expected, 0);
});

gpuTest("appendRows() throws when the widths differ", (gpu) => {
  const none = lengths(gpu, [0], 1);
  assert.throws(() => appendRows(gpu, gpu.zeros([1, 1, 3]), gpu.zeros([1, 4, 4]), none, 0), /does not go into/);
  return Promise.resolve();
});

gpuTest("offsetLengths() moves host and device alike", async (gpu) => {
  const moved = offsetLengths(gpu, lengths(gpu, [0, 4, 9], 9), 3);
  assert.deepEqual(moved.host, [3, 7, 12]);
  assert.deepEqual([...await gpu.read(moved.device)], [3, 7, 12]);
});
