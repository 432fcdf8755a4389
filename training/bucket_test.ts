import assert from "node:assert/strict";
import { cutBatches } from "./bucket.ts";
import type { PlannedItem } from "./plan.ts";

/** Items of so many seconds. */
function items(seconds: readonly number[]): PlannedItem[] {
  return seconds.map((s, i) => {
    const samples = s * 16000;
    const plain = { pauses: [], speed: 1, gainDb: 0, snrDb: null, seed: 0 };
    return { ...plain, sources: [i], samples, outputSamples: samples };
  });
}

/** Sequences and seconds of padded width of each batch. */
function shapes(seconds: readonly number[], limits: { seconds: number; utterances: number }): [number, number][] {
  return cutBatches(items(seconds), limits).map(({ items, width }) => [items.length, width / 16000]);
}

Deno.test("cutBatches() fills a batch as its longest item allows, by seconds or by number", () => {
  assert.deepEqual(shapes([1, 3, 3, 3, 1, 1, 1, 1], { seconds: 6.4, utterances: 4 }), [[2, 3.2], [2, 3.2], [4, 1.28]]);
});

Deno.test("cutBatches() shares what is left between the last two batches", () => {
  assert.deepEqual(shapes(new Array(9).fill(1), { seconds: 99, utterances: 8 }), [[5, 1.28], [4, 1.28]]);
  assert.deepEqual(shapes(new Array(16).fill(1), { seconds: 99, utterances: 8 }), [[8, 1.28], [8, 1.28]]);
  assert.deepEqual(shapes(new Array(17).fill(1), { seconds: 99, utterances: 8 }), [[8, 1.28], [5, 1.28], [4, 1.28]]);
  assert.deepEqual(shapes([1], { seconds: 99, utterances: 8 }), [[1, 1.28]]);
  assert.deepEqual(shapes([], { seconds: 99, utterances: 8 }), []);
});
