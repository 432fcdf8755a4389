import assert from "node:assert/strict";
import { asColumns, byteLength, columns, describe, expectShape, reshape, rows, size, slice, width } from "./tensor.ts";
import type { Tensor } from "./tensor.ts";

function tensor(shape: readonly number[]): Tensor {
  return { buffer: {} as GPUBuffer, offset: 0, shape, type: "f32", id: 0 };
}

Deno.test("size(), rows(), width() and byteLength() follow the shape", () => {
  for (
    const [shape, count, r, w] of [[[2, 3, 4], 24, 6, 4], [[5], 5, 1, 5], [[], 1, 1, 1], [[3, 0], 0, 3, 0]] as const
  ) {
    const x = tensor(shape);
    assert.deepEqual([size(x), rows(x), width(x), byteLength(x)], [count, r, w, 4 * count]);
  }
});

Deno.test("slice() moves the offset by whole sub-tensors, also of a slice", () => {
  const x = tensor([10, 4, 16]);
  const inner = slice(slice(x, 2, 6), 1, 3);
  assert.equal(inner.offset, 3 * 4 * 16 * 4);
  assert.deepEqual(inner.shape, [3, 4, 16]);
  assert.equal(inner.buffer, x.buffer);
});

Deno.test("slice() refuses what lies outside", () => {
  assert.throws(() => slice(tensor([3, 4]), 2, 2), /2\.\.4 is outside f32 \[3, 4\]/);
  assert.throws(() => slice(tensor([3, 4]), -1, 2), RangeError);
  assert.equal(size(slice(tensor([3, 4]), 3, 0)), 0);
});

Deno.test("reshape() keeps the elements and refuses another size", () => {
  assert.deepEqual(reshape(tensor([6, 4]), [2, 12]).shape, [2, 12]);
  assert.throws(() => reshape(tensor([6, 4]), [5, 5]), /f32 \[6, 4\] does not reshape to \[5, 5\]/);
});

Deno.test("columns() takes part of the width and refuses what lies outside", () => {
  const x = tensor([7, 12]);
  assert.deepEqual(columns(x, 8, 4), { tensor: x, offset: 8, width: 4 });
  assert.throws(() => columns(x, 9, 4), /columns 9\.\.13 are outside f32 \[7, 12\]/);
  assert.throws(() => columns(x, 0, 0), RangeError);
  assert.throws(() => columns(x, -1, 2), RangeError);
});

Deno.test("asColumns() makes all columns of a tensor and leaves columns as they are", () => {
  const x = tensor([7, 12]);
  const part = columns(x, 3, 2);
  assert.deepEqual(asColumns(x), { tensor: x, offset: 0, width: 12 });
  assert.equal(asColumns(part), part);
});

Deno.test("expectShape() takes any length for -1 and else names what does not fit", () => {
  const x = tensor([2, 750, 256]);
  expectShape("mel", x, [2, -1, 256]);
  assert.throws(
    () => expectShape("mel", x, [2, -1, 80]),
    /^RangeError: mel: expected \[2, any, 80\], got f32 \[2, 750, 256\]$/,
  );
  assert.throws(() => expectShape("mel", x, [-1, -1]), RangeError);
});

Deno.test("describe() shows type and shape", () => assert.equal(describe(tensor([2, 3])), "f32 [2, 3]"));
