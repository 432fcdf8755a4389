import assert from "node:assert/strict";
import { shuffled, stream } from "./random.ts";

Deno.test("stream() gives the same numbers for the same key, and others for another seed, epoch or index", () => {
  const first = (seed: number, ...key: (string | number)[]) => stream(seed, ...key).seed();
  assert.equal(first(1, 2, 3, "speed"), first(1, 2, 3, "speed"));
  const others = [first(1, 2, 3, "speed"), first(2, 2, 3, "speed"), first(1, 3, 3, "speed"), first(1, 2, 4, "speed")];
  assert.equal(new Set([...others, first(1, 23, "speed"), first(1, 2, 3, "gain")]).size, 6);
});

Deno.test("stream() is uniform over the first draws of neighbouring keys", () => {
  const counts = new Array<number>(16).fill(0);
  const draws = 16_000;
  for (let i = 0; i < draws; i++) counts[stream(7, 0, i, "speed").integer(16)]++;
  // χ² of 15 degrees of freedom: 37.7 is passed once in a thousand.
  const chiSquare = counts.reduce((sum, n) => sum + (n - draws / 16) ** 2 / (draws / 16), 0);
  assert.ok(chiSquare < 37.7, `χ² ${chiSquare}`);
});

Deno.test("stream() keeps to the bounds that are asked for", () => {
  const { between, integer, seed } = stream(1, "bounds");
  for (let i = 0; i < 1000; i++) {
    const [x, n, s] = [between(-6, 6), integer(3), seed()];
    assert.ok(x >= -6 && x < 6 && n >= 0 && n < 3 && Number.isInteger(n));
    assert.ok(Number.isInteger(s) && s >= 0 && s < 2 ** 32);
  }
});

Deno.test("shuffled() gives all values in another order and leaves its input alone", () => {
  const values = Array.from({ length: 100 }, (_, i) => i);
  const order = shuffled(values, stream(1, "order"));
  assert.notDeepEqual(order, values);
  assert.deepEqual(order.toSorted((a, b) => a - b), values);
  assert.deepEqual(values, Array.from({ length: 100 }, (_, i) => i));
});
