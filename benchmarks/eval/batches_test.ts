import assert from "node:assert/strict";
import { batches, type Heard, type Indexed } from "./batches.ts";
import { testCorpus } from "./testing.ts";

const all = (count: number): Indexed[] =>
  testCorpus(count).utterances.map((utterance, index) => ({ index, utterance }));

async function collected(count: number, size: number): Promise<{ batches: Heard[][]; read: number[] }> {
  const read: number[] = [];
  const found: Heard[][] = [];
  const generator = batches(all(count), size, async ({ index, utterance }) => {
    read.push(index);
    return { index, utterance, samples: await utterance.audio(), reason: null };
  });
  for await (const batch of generator) found.push([...batch]);
  return { batches: found, read };
}

Deno.test("batches() gives every utterance once, read in order, sorted by length inside a window", async () => {
  for (const [count, size] of [[0, 4], [1, 4], [33, 4], [64, 4], [65, 8], [5, 1]]) {
    const { batches: found, read } = await collected(count, size);
    assert.deepEqual(read, Array.from({ length: count }, (_, i) => i));
    assert.deepEqual(found.flat().map(({ index }) => index).sort((a, b) => a - b), read);
    assert.ok(found.every((batch) => batch.length <= size));
    const lengths = found.slice(0, 8).flat().map(({ samples }) => samples!.length);
    if (size > 1) assert.deepEqual(lengths, lengths.toSorted((a, b) => a - b), `${count} by ${size}`);
  }
});

Deno.test("batches() keeps the corpus's order where there are no batches", async () => {
  const { batches: found } = await collected(20, 1);
  assert.deepEqual(found.map(([{ index }]) => index), Array.from({ length: 20 }, (_, i) => i));
});
