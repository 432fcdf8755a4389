import assert from "node:assert/strict";
import { TestRandom } from "../../kernels/testing/mod.ts";
import { parseDecimal } from "./decimal.ts";

function parse(text: string): number {
  const bytes = new TextEncoder().encode(`xx${text}yy`);
  return parseDecimal(bytes, 2, 2 + text.length);
}

Deno.test("parseDecimal() reads what Number reads, to the bit", () => {
  const random = new TestRandom(1);
  const texts = [
    "0",
    "-0",
    "-99",
    "-.5",
    "5.",
    "1e-5",
    "-1.5E+3",
    "-0.12345678901234567",
    "123456789012345678",
    "+1.5",
  ];
  for (let i = 0; i < 5000; i++) {
    const value = random.normal() * 10 ** random.integer(6);
    texts.push(
      value.toPrecision(1 + random.integer(17)),
      String(Math.fround(value)),
      value.toFixed(random.integer(15)),
    );
  }
  for (const text of texts) assert.ok(Object.is(parse(text), Number(text)), `${text}: ${parse(text)}`);
});

Deno.test("parseDecimal() gives NaN for what is no number, and infinities", () => {
  for (const text of ["", "-", ".", "1.2.3", "1-2", "0x10", "1e", "e5", "nan", "1,5", "--1"]) {
    assert.ok(Number.isNaN(parse(text)), text);
  }
  assert.equal(parse("-inf"), -Infinity);
  assert.equal(parse("Infinity"), Infinity);
});
