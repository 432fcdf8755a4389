import assert from "node:assert/strict";
import { asciiDigits, wholeProduct } from "./decimal.ts";

Deno.test("wholeProduct() is exact, and null where the product is not whole or the text no number", () => {
  assert.equal(wholeProduct("0.5", 1_000_000n), 500_000n);
  assert.equal(wholeProduct("3.14", 100n), 314n);
  assert.equal(wholeProduct("3.14", 10n), null);
  assert.equal(wholeProduct("5.", 1n), 5n);
  assert.equal(wholeProduct(".5", 2n), 1n);
  assert.equal(wholeProduct("12345678901234567890.5", 10n), 123456789012345678905n);
  for (const text of [".", "", "1.2.3", "3.$5", "$5", "x"]) assert.equal(wholeProduct(text, 1n), null, text);
});

Deno.test("asciiDigits() reads digits of other scripts", () => {
  assert.equal(asciiDigits("٣.٤ १२ 9"), "3.4 12 9");
  assert.equal(wholeProduct("٣٠", 1n), 30n);
});
