import assert from "node:assert/strict";
import { BLANK, CHARACTERS, collapse, decodeText, encodeText, END, START } from "./tokenizer.ts";

Deno.test("encodeText() and decodeText() keep a text of the vocabulary", () => {
  const text = "it's a test";
  const tokens = encodeText(CHARACTERS, text.toUpperCase());
  assert.equal(tokens.length, text.length);
  assert.equal(decodeText(CHARACTERS, tokens), text);
});

Deno.test("encodeText() gives <unknown> when a character is not in the vocabulary", () => {
  assert.deepEqual(encodeText(CHARACTERS, "é"), [CHARACTERS.indexOf("<unknown>")]);
});

Deno.test("decodeText() stops at the end and leaves special tokens and double spaces out", () => {
  const [a, space, b] = encodeText(CHARACTERS, "a b");
  assert.equal(decodeText(CHARACTERS, [START, space, a, BLANK, space, space, b, END, a]), "a b");
});

Deno.test("collapse() merges repeats, then drops blanks, so that a blank keeps a double letter", () => {
  assert.deepEqual(collapse([0, 5, 5, 0, 5, 6, 6, 0, 0, 7]), [5, 5, 6, 7]);
  assert.deepEqual(collapse([]), []);
});
