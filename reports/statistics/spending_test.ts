import assert from "node:assert/strict";
import { spentLevels } from "./spending.ts";

Deno.test("spentLevels() spends the whole of alpha over looks and tests, in proportion to the pairs", () => {
  const levels = spentLevels([8, 12, 20], 0.02, 5);
  const spent = levels.map((level) => 5 * (1 - level));
  assert.ok(Math.abs(spent.reduce((a, b) => a + b) - 0.02) < 1e-12);
  assert.ok(Math.abs(spent[0] - 0.02 * 8 / 20) < 1e-12);
  assert.ok(Math.abs(spent[1] - 0.02 * 4 / 20) < 1e-12);
});

Deno.test("spentLevels() refuses looks that do not ascend, and levels without meaning", () => {
  assert.throws(() => spentLevels([], 0.02, 1), /looks/);
  assert.throws(() => spentLevels([8, 8], 0.02, 1), /looks 8, 8/);
  assert.throws(() => spentLevels([8], 0, 1), /alpha 0/);
  assert.throws(() => spentLevels([8], 0.02, 0), /0 tests/);
});
