import assert from "node:assert/strict";
import { mean, sum } from "./mean.ts";

Deno.test("sum() adds up in order, mean() divides by how many there are", () => {
  assert.equal(sum([]), 0);
  assert.equal(sum([0.1, 0.2, 0.3]), 0.1 + 0.2 + 0.3);
  assert.equal(sum([1e16, 1, -1e16]), 0);
  assert.equal(mean([1, 2, 6]), 3);
  assert.ok(Number.isNaN(mean([])));
});
