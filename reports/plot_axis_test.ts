import assert from "node:assert/strict";
import { niceDomain, ticks } from "./plot_axis.ts";
import { seededRandom } from "./statistics/random.ts";

Deno.test("niceDomain() encloses every value between steps of 1, 2 and 5", () => {
  assert.deepEqual(niceDomain([0.07, 1.9]), [0.05, 2]);
  assert.deepEqual(niceDomain([1, 1]), [0.5, 2]);
  assert.deepEqual(niceDomain([]), [1, 10]);
  const random = seededRandom(8);
  for (let trial = 0; trial < 200; trial++) {
    const values = Array.from({ length: 4 }, () => 10 ** (12 * random() - 6));
    const [low, high] = niceDomain(values);
    assert.ok(low < Math.min(...values) && high > Math.max(...values));
    assert.ok(low > Math.min(...values) / 3 && high < Math.max(...values) * 3);
  }
});

Deno.test("ticks() are 1, 2, 5 in each decade, and powers of ten where those would crowd", () => {
  assert.deepEqual(ticks([0.05, 2]), [0.05, 0.1, 0.2, 0.5, 1, 2]);
  assert.deepEqual(ticks([0.001, 1000]), [0.001, 0.01, 0.1, 1, 10, 100, 1000]);
});
