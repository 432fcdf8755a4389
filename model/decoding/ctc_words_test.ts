import assert from "node:assert/strict";
import { TestRandom } from "../../kernels/testing/mod.ts";
import { collapse } from "../tokenizer.ts";
import { alignTokens, ctcWords } from "./ctc_words.ts";
import { randomLogProbabilities } from "./testing.ts";

const LETTERS = ["<blank>", "<start>", "<end>", "a", " ", "b"];
const PIECES = ["<blank>", "<start>", "<end>", " a", "b", " ba b"];

Deno.test("ctcWords() gives each word from its first letter's first frame to its last letter's last", () => {
  //              0  1  2  3  4  5  6  7  8  9 10 11 12 13
  const frames = [0, 4, 3, 3, 0, 3, 5, 5, 0, 4, 4, 0, 5, 0];
  assert.deepEqual(ctcWords(LETTERS, frames, 1), [{ word: "aab", start: 2, end: 8 }, {
    word: "b",
    start: 12,
    end: 13,
  }]);
  const [first] = ctcWords(LETTERS, frames);
  assert.ok(Math.abs(first.start - 0.08) < 1e-12 && Math.abs(first.end - 0.32) < 1e-12);
  assert.deepEqual(ctcWords(LETTERS, [0, 0, 4, 1]), []);
});

Deno.test("ctcWords() splits at spaces inside of tokens", () => {
  const words = ctcWords(PIECES, [3, 3, 4, 0, 3, 5, 5], 1);
  assert.deepEqual(words, [
    { word: "ab", start: 0, end: 3 },
    { word: "a", start: 4, end: 5 },
    { word: "ba", start: 5, end: 6 },
    { word: "b", start: 5, end: 7 },
  ]);
});

Deno.test("alignTokens() finds the likeliest of all paths that collapse to the tokens", () => {
  const V = LETTERS.length;
  const random = new TestRandom(7);
  for (const tokens of [[], [3], [3, 3], [3, 5, 4], [5, 5, 5]]) {
    for (const frames of [1, 3, 5, 6]) {
      const p = randomLogProbabilities(random, frames, V);
      let best = -Infinity;
      let expected: number[] | undefined;
      for (let code = 0; code < 4 ** frames; code++) {
        const path = Array.from({ length: frames }, (_, t) => [0, 3, 4, 5][Math.floor(code / 4 ** t) % 4]);
        if (collapse(path).join() !== tokens.join()) continue;
        const score = path.reduce((sum, token, t) => sum + p[t * V + token], 0);
        if (score > best) [best, expected] = [score, path];
      }
      const found = alignTokens(p, frames, V, tokens);
      assert.deepEqual(found && [...found], expected, `${tokens} in ${frames} frames`);
    }
  }
  assert.deepEqual(alignTokens(new Float64Array(), 0, V, []), new Uint32Array());
  assert.equal(alignTokens(new Float64Array(), 0, V, [3]), undefined);
});
