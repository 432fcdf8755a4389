import assert from "node:assert/strict";
import { TestRandom } from "../../kernels/testing/mod.ts";
import { BestOf } from "./best_of.ts";

Deno.test("BestOf keeps what sorting would", () => {
  const random = new TestRandom(2);
  for (const capacity of [1, 2, 7, 16]) {
    const best = new BestOf(capacity);
    for (const count of [0, 1, 5, 16, 17, 300]) {
      best.clear();
      const scores = Array.from({ length: count }, () => random.normal());
      scores.forEach((score, i) => best.offer(score, i));
      best.offer(-Infinity, 1000);
      best.offer(NaN, 1001);
      const expected = scores.toSorted((a, b) => b - a).slice(0, capacity);
      const kept = [...best.scores.subarray(0, best.size)].sort((a, b) => b - a);
      assert.deepEqual(kept, expected);
      assert.equal(best.highest(), expected[0] ?? -Infinity);
      for (let i = 0; i < best.size; i++) assert.equal(scores[best.items[i]], best.scores[i]);
    }
  }
});
