import assert from "node:assert/strict";
import { addString, addWord, findString, findWord, wordTable, wordText } from "./words.ts";

Deno.test("addString() numbers words in their order, once each, and findString() finds them", () => {
  const table = wordTable();
  const words = Array.from({ length: 5000 }, (_, i) => `${"é".repeat(i % 5)}w${i}`);
  words.forEach((word, i) => assert.equal(addString(table, word), i));
  words.forEach((word, i) => assert.equal(addString(table, word), i));
  words.forEach((word, i) => {
    assert.equal(findString(table, word), i);
    assert.equal(wordText(table, i), word);
  });
  assert.equal(table.count, words.length);
  assert.equal(findString(table, "w"), -1);
  assert.equal(findString(table, "w".repeat(10_000)), -1);
});

Deno.test("addWord() and findWord() read just the bytes between", () => {
  const table = wordTable();
  const source = new TextEncoder().encode("abcabcd");
  assert.equal(addWord(table, source, 0, 3), 0);
  assert.equal(addWord(table, source, 3, 6), 0);
  assert.equal(findWord(table, source, 3, 7), -1);
  assert.equal(addWord(table, source, 3, 7), 1);
});
