import assert from "node:assert/strict";
import { TestRandom } from "../../kernels/testing/mod.ts";
import { estimateNgrams } from "../language_model/estimate.ts";
import { scoreSentence } from "../language_model/ngram.ts";
import { collapse, decodeText } from "../tokenizer.ts";
import { ctcBeam } from "./ctc_beam.ts";
import { enumerateLabellings } from "./ctc_reference.ts";
import type { Fusion } from "./fusion.ts";
import { randomLogProbabilities } from "./testing.ts";

const LETTERS = ["<blank>", "<start>", "<end>", "a", " ", "b"];
const PIECES = ["<blank>", "<start>", "<end>", " a", "b", " ba b"];
const LABELS = [3, 4, 5];
const EXACT = { tokenThreshold: -Infinity, beamThreshold: Infinity };
const FUSION: Fusion = { model: estimateNgrams(["a b", "a", "ab a", "b a b", "a b"], 2), alpha: 0.7, beta: 0.4 };

/** Best labellings by definition, with the fusion's score from the whole text. */
function ranked(p: Float64Array, frames: number, vocabulary: readonly string[], fusion?: Fusion) {
  return [...enumerateLabellings(p, frames, vocabulary.length, LABELS)].map(([key, ctc]) => {
    const tokens = key === "" ? [] : key.split(",").map(Number);
    const words = decodeText(vocabulary, tokens).split(" ").filter((word) => word !== "");
    const fused = fusion
      ? fusion.alpha * Math.LN10 * scoreSentence(fusion.model, words) + fusion.beta * words.length
      : 0;
    return { tokens, ctc, score: ctc + fused };
  }).sort((a, b) => b.score - a.score);
}

for (
  const [what, vocabulary, fusion] of [
    ["alone", LETTERS, undefined],
    ["with a language model over letters", LETTERS, FUSION],
    ["with a language model over pieces of words", PIECES, FUSION],
  ] as const
) {
  Deno.test(`ctcBeam() equals the enumeration of all alignments when nothing is pruned, ${what}`, () => {
    const random = new TestRandom(3);
    for (const frames of [1, 2, 3, 5, 6]) {
      const p = randomLogProbabilities(random, frames, vocabulary.length);
      const expected = ranked(p, frames, vocabulary, fusion);
      const found = ctcBeam(p, frames, vocabulary, { width: 2000, fusion, ...EXACT });
      assert.equal(found.length, expected.length);
      found.forEach(({ tokens, score, ctc }, i) => {
        assert.ok(Math.abs(score - expected[i].score) < 1e-9, `${frames} frames, rank ${i}`);
        const own = expected.find((e) => e.tokens.join() === tokens.join());
        assert.ok(own && Math.abs(own.ctc - ctc) < 1e-9 && Math.abs(own.score - score) < 1e-9, tokens.join());
      });
      assert.deepEqual(found[0].tokens, expected[0].tokens);
    }
  });
}

Deno.test("ctcBeam() with few hypotheses never overrates one, and mostly finds the best", () => {
  const random = new TestRandom(5);
  let same = 0;
  for (let i = 0; i < 40; i++) {
    const p = randomLogProbabilities(random, 6, LETTERS.length, 3);
    const expected = ranked(p, 6, LETTERS, FUSION);
    const found = ctcBeam(p, 6, LETTERS, { width: 6, fusion: FUSION, tokenThreshold: -6, beamThreshold: 8 });
    assert.ok(found.length <= 6);
    for (const { tokens, score } of found) {
      const exact = expected.find((e) => e.tokens.join() === tokens.join());
      assert.ok(exact && score <= exact.score + 1e-9, tokens.join());
    }
    if (found[0].tokens.join() === expected[0].tokens.join()) same++;
  }
  assert.ok(same >= 34, `${same} of 40`);
});

Deno.test("ctcBeam() gives the likeliest labelling where greedy decoding gives the likeliest alignment's", () => {
  // Blank 0.4 and a 0.6 would be greedy's "aa" path; over two frames "a" has 0.84 either way, but blanks tie break it here.
  const p = Float64Array.of(0.6, 0, 0, 0.4, 0, 0, 0.6, 0, 0, 0.4, 0, 0).map(Math.log);
  const greedy = collapse([0, 0]); // both frames' best is the blank: 0.36
  const [best] = ctcBeam(p, 2, LETTERS, { width: 8 });
  assert.deepEqual(greedy, []);
  assert.deepEqual(best.tokens, [3]);
  assert.ok(Math.abs(best.score - Math.log(0.64)) < 1e-12);
});

Deno.test("ctcBeam() lets the language model choose between words that sound alike", () => {
  const vocabulary = ["<blank>", "<start>", "<end>", " ", "e", "h", "i", "o", "r", "t"];
  const model = estimateNgrams(["go there", "over there", "their own", "their other", "there"], 2);
  const spell = (text: string, other: Record<number, [string, number]> = {}) => {
    const V = vocabulary.length;
    const p = new Float64Array(2 * text.length * V).fill(Math.log(1e-6));
    [...text].forEach((letter, i) => {
      const [second, share] = other[i] ?? [letter, 0.5];
      p[2 * i * V + vocabulary.indexOf(letter)] = Math.log(1 - share);
      p[2 * i * V + vocabulary.indexOf(second)] = Math.log(share);
      p[(2 * i + 1) * V] = 0;
    });
    return { p, frames: 2 * text.length };
  };
  // "the?? other": ir by a hair over re.
  const { p, frames } = spell("there other", { 3: ["i", 0.45], 4: ["r", 0.45] });
  const text = (fusion?: Fusion) =>
    decodeText(vocabulary, ctcBeam(p, frames, vocabulary, { width: 16, fusion })[0].tokens);
  assert.equal(text(), "there other");
  assert.equal(text({ model, alpha: 1, beta: 0 }), "their other");
  assert.equal(ctcBeam(p, 0, vocabulary, { width: 4 })[0].tokens.length, 0);
});

Deno.test("ctcBeam() lets beta decide how many words there are", () => {
  // A space between two letters, or none, alike.
  const p = Float64Array.from(
    [[0, 0, 0, 1, 0, 0], [0.5, 0, 0, 0, 0.5, 0], [0, 0, 0, 0, 0, 1]].flat(),
    (v) => Math.log(v),
  );
  const words = (beta: number) =>
    decodeText(LETTERS, ctcBeam(p, 3, LETTERS, { width: 8, fusion: { ...FUSION, alpha: 0.01, beta } })[0].tokens);
  assert.equal(words(2), "a b");
  assert.equal(words(-2), "ab");
});
