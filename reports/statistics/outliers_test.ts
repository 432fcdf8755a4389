import assert from "node:assert/strict";
import { outliers } from "./outliers.ts";

Deno.test("outliers() flags what lies outside the fences by its index", () => {
  // Quartiles of 1..9 are 3 and 7: fences at -3 and 13.
  assert.deepEqual(outliers([1, 2, 3, 4, 5, 6, 7, 8, 9]), []);
  // Quartiles of 1..9 and one greater are 3.25 and 7.75: the upper fence lies at 14.5.
  assert.deepEqual(outliers([1, 2, 3, 4, 5, 6, 7, 8, 9, 14.4]), []);
  assert.deepEqual(outliers([1, 2, 3, 4, 5, 6, 7, 8, 9, 14.6]), [9]);
  assert.deepEqual(outliers([-90, 2, 3, 4, 5, 6, 7, 8, 9, 100]), [0, 9]);
});

Deno.test("outliers() flags nothing among fewer than four samples or equal ones", () => {
  assert.deepEqual(outliers([1, 1, 1000]), []);
  assert.deepEqual(outliers([3, 3, 3, 3, 3]), []);
});
