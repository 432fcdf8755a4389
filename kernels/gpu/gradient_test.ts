import assert from "node:assert/strict";
import { type Gradient, markWritten } from "./gradient.ts";
import type { Tensor } from "./tensor.ts";

Deno.test("markWritten() tells columns that were written from those that were not, and joins neighbours", () => {
  const gradient: Gradient = { tensor: {} as Tensor, written: [] };
  assert.equal(markWritten(gradient, 8, 16), false);
  assert.equal(markWritten(gradient, 0, 4), false);
  assert.deepEqual(gradient.written, [[0, 4], [8, 16]]);
  assert.equal(markWritten(gradient, 10, 12), true);
  assert.equal(markWritten(gradient, 4, 8), false);
  assert.deepEqual(gradient.written, [[0, 16]]);
  assert.equal(markWritten(gradient, 0, 16), true);
});

Deno.test("markWritten() refuses columns of which some were written", () => {
  const gradient: Gradient = { tensor: {} as Tensor, written: [[4, 8]] };
  assert.throws(() => markWritten(gradient, 0, 5), /columns 0\.\.5 of a gradient are written in part: 4,8/);
});
