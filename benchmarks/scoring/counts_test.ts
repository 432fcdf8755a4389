import assert from "node:assert/strict";
import { countsOf, errorsIn, NO_COUNTS, plus, wordErrorRate, wordsIn } from "./counts.ts";

Deno.test("countsOf() counts each kind of step", () => {
  const counts = countsOf("CSSDIIICC");
  assert.deepEqual(counts, { correct: 3, substitutions: 2, deletions: 1, insertions: 3 });
  assert.deepEqual([wordsIn(counts), errorsIn(counts), wordErrorRate(counts)], [6, 6, 1]);
  assert.deepEqual(countsOf(""), NO_COUNTS);
});

Deno.test("wordErrorRate() of a corpus weighs utterances by their words", () => {
  const short = countsOf("S");
  const long = countsOf("CCCCCCCCC");
  assert.equal(wordErrorRate(plus(short, long)), 0.1);
});

Deno.test("wordErrorRate() is null without words and above 1 with many insertions", () => {
  assert.equal(wordErrorRate(countsOf("II")), null);
  assert.equal(wordErrorRate(NO_COUNTS), null);
  assert.equal(wordErrorRate(countsOf("SII")), 3);
});
