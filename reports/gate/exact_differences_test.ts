import assert from "node:assert/strict";
import { exactDifferences } from "./exact_differences.ts";

Deno.test("exactDifferences() lists by name what changed, came and went, and nothing else", () => {
  assert.deepEqual(exactDifferences({ same: 1, changed: 2, went: "x" }, { came: 0, same: 1, changed: 3 }), [
    { name: "came", was: null, now: 0 },
    { name: "changed", was: 2, now: 3 },
    { name: "went", was: "x", now: null },
  ]);
  assert.deepEqual(exactDifferences({ a: "1" }, { a: 1 }), [{ name: "a", was: "1", now: 1 }]);
});
