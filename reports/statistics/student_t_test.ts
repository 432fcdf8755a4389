import assert from "node:assert/strict";
import { twoSidedT } from "./student_t.ts";

Deno.test("twoSidedT() agrees with the printed table of Student's t", () => {
  for (
    const [level, df, expected] of [
      [0.95, 1, 12.706205],
      [0.95, 2, 4.302653],
      [0.95, 3, 3.182446],
      [0.95, 4, 2.776445],
      [0.95, 5, 2.570582],
      [0.95, 10, 2.228139],
      [0.95, 30, 2.042272],
      [0.99, 3, 5.840909],
      [0.99, 4, 4.604095],
      [0.9, 1, 6.313752],
      [0.9, 7, 1.894579],
    ]
  ) {
    const t = twoSidedT(level, df);
    assert.ok(Math.abs(t - expected) < 1e-6 * expected, `level ${level}, df ${df}: ${t}`);
  }
});

Deno.test("twoSidedT() nears the normal quantile as the degrees of freedom grow", () => {
  assert.ok(Math.abs(twoSidedT(0.95, 20_001) - 1.959964) < 2e-4);
});

Deno.test("twoSidedT() rejects a level or degrees of freedom without meaning", () => {
  assert.throws(() => twoSidedT(1, 3), /level 1/);
  assert.throws(() => twoSidedT(0.95, 0), /0 degrees/);
  assert.throws(() => twoSidedT(0.95, 2.5), /2.5 degrees/);
});
