import assert from "node:assert/strict";
import { TestRandom } from "../testing/mod.ts";
import { FreeList } from "./free_list.ts";

const none = () => false;

/** Buffers of these sizes, in a list that knows them. */
function listOf(...sizes: number[]): { list: FreeList; buffers: GPUBuffer[] } {
  const list = new FreeList();
  const buffers = sizes.map(() => ({} as GPUBuffer));
  buffers.forEach((buffer, i) => list.register(buffer, sizes[i]));
  return { list, buffers };
}

Deno.test("FreeList.take() gives the smallest that fits, and the oldest of equals whatever the order of their coming", () => {
  const { list, buffers: [a, b, c, d] } = listOf(512, 256, 512, 1024);
  for (const buffer of [c, d, a, b]) list.add(buffer);
  assert.equal(list.take(300, 1024, none), a);
  assert.equal(list.take(300, 1024, none), c);
  assert.equal(list.take(300, 900, none), undefined);
  assert.equal(list.take(300, 1024, none), d);
  assert.equal(list.take(1, 256, none), b);
  assert.equal(list.take(1, 4096, none), undefined);
});

Deno.test("FreeList.take() passes over what is avoided", () => {
  const { list, buffers: [a, b, c] } = listOf(256, 256, 512);
  for (const buffer of [a, b, c]) list.add(buffer);
  assert.equal(list.take(256, 512, (buffer) => buffer === a), b);
  assert.equal(list.take(256, 512, (buffer) => buffer === a), c);
  assert.equal(list.take(256, 512, (buffer) => buffer === a), undefined);
  assert.deepEqual(list.drain(), [a]);
  assert.deepEqual(list.drain(), []);
});

Deno.test("FreeList agrees with a search through all, for random comings and goings", () => {
  const random = new TestRandom(4);
  const sizes = Array.from({ length: 60 }, () => 256 * (1 + random.integer(12)));
  const { list, buffers } = listOf(...sizes);
  const free = new Set<number>();
  for (let turn = 0; turn < 2000; turn++) {
    const i = random.integer(60);
    if (!free.has(i) && random.uniform() < 0.5) {
      free.add(i);
      list.add(buffers[i]);
      continue;
    }
    const least = 256 * (1 + random.integer(12));
    const most = least + 256 * random.integer(4);
    const fitting = [...free].filter((j) => sizes[j] >= least && sizes[j] <= most)
      .sort((a, b) => sizes[a] - sizes[b] || a - b);
    assert.equal(list.take(least, most, none), fitting.length > 0 ? buffers[fitting[0]] : undefined);
    free.delete(fitting[0]);
  }
});
