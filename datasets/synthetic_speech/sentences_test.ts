import assert from "node:assert/strict";
import { readSentences } from "./sentences.ts";

const texts = (text: string): string[] => readSentences(text).sentences.map((words) => words.join(" "));

Deno.test("readSentences() brings a line into LibriSpeech's form, and drops its id", () => {
  assert.deepEqual(texts("Hello,  world!\r\n\n103-1240-0001 THAT HAD LYNDE'S\n"), ["HELLO WORLD", "THAT HAD LYNDE'S"]);
  assert.deepEqual(texts("\uFEFF“Don’t” – well-known ' end…"), ["DON'T WELL KNOWN END"]);
});

Deno.test("readSentences() leaves out lines that nobody could spell, counts them and tells the first", () => {
  const { sentences, leftOut, first } = readSentences("one\n3 men\ncafé\n...\n''\n\ntwo\n");
  assert.deepEqual(sentences, [["ONE"], ["TWO"]]);
  assert.deepEqual([leftOut, first], [4, 'line 2 has "3", which is no letter A to Z']);
  assert.equal(readSentences("...\n").first, "line 1 has no word");
  assert.equal(readSentences("a ".repeat(501)).first, "line 1 is longer than 1000 characters");
  assert.equal(readSentences("a ".repeat(500)).leftOut, 0);
});
