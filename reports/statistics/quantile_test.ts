import assert from "node:assert/strict";
import { median, quantile } from "./quantile.ts";
import { seededRandom } from "./random.ts";

Deno.test("median() takes the middle value, or the mean of the two in the middle", () => {
  assert.equal(median([7]), 7);
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([10, 9, 100]), 10);
});

Deno.test("quantile() agrees with R's type 7 on hand-computed values", () => {
  assert.equal(quantile([1, 2, 3, 4], 0.25), 1.75);
  assert.equal(quantile([1, 2, 3, 4], 0), 1);
  assert.equal(quantile([4, 3, 2, 1], 1), 4);
  assert.ok(Math.abs(quantile([10, 20, 30], 0.9) - 28) < 1e-12);
  assert.equal(quantile([5], 0.3), 5);
});

Deno.test("quantile() at one half is the median for every number of samples", () => {
  const random = seededRandom(11);
  for (let n = 1; n <= 12; n++) {
    const samples = Array.from({ length: n }, () => random() * 100);
    assert.ok(Math.abs(quantile(samples, 0.5) - median(samples)) < 1e-10);
  }
});

Deno.test("median() and quantile() leave the samples' order alone and reject what has no quantile", () => {
  const samples = [3, 1, 2];
  median(samples);
  assert.deepEqual(samples, [3, 1, 2]);
  assert.throws(() => median([]), /no samples/);
  assert.throws(() => median([1, NaN]), /NaN is not a finite number/);
  assert.throws(() => quantile([1], 1.5), /between 0 and 1/);
});
