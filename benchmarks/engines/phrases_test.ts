import assert from "node:assert/strict";
import { phrases } from "./phrases.ts";

const word = (text: string, start: number, end: number) => ({ text, start, end });

Deno.test("phrases() joins words up to a pause", () => {
  assert.deepEqual(phrases([word("a", 0, 0.2), word("b", 0.3, 0.5), word("c", 1.4, 1.6)]), [
    word("a b", 0, 0.5),
    word("c", 1.4, 1.6),
  ]);
  assert.deepEqual(phrases([]), []);
});

Deno.test("phrases() ends a phrase where it would grow too long in time or in characters", () => {
  const slow = Array.from({ length: 20 }, (_, i) => word("x", i / 2, i / 2 + 0.4));
  assert.ok(phrases(slow).every(({ start, end }) => end - start <= 6));
  const wordy = Array.from({ length: 20 }, (_, i) => word("abcdefghij", i / 10, i / 10 + 0.1));
  const joined = phrases(wordy);
  assert.ok(joined.every(({ text }) => text.length <= 84));
  assert.equal(joined.map(({ text }) => text).join(" "), wordy.map(({ text }) => text).join(" "));
});
