import assert from "node:assert/strict";
import { groups } from "./groups.ts";

Deno.test("groups() makes as few as hold all, as equal as can be, in order", () => {
  assert.deepEqual(groups([1, 2, 3, 4, 5], 2), [[1, 2], [3], [4, 5]]);
  assert.deepEqual(groups([1, 2, 3, 4], 2), [[1, 2], [3, 4]]);
  assert.deepEqual(groups([1], 40), [[1]]);
  assert.deepEqual(groups([], 40), []);
  for (let n = 1; n < 100; n++) {
    const sizes = groups(Array.from({ length: n }, (_, i) => i), 7).map(({ length }) => length);
    assert.equal(sizes.length, Math.ceil(n / 7));
    assert.ok(Math.max(...sizes) <= 7 && Math.max(...sizes) - Math.min(...sizes) <= 1, `${n}: ${sizes}`);
  }
});
