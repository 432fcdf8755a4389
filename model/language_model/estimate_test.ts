import assert from "node:assert/strict";
import { loadArpa } from "./arpa.ts";
import { estimateNgrams } from "./estimate.ts";
import { type NgramModel, score, scoreSentence } from "./ngram.ts";
import { findChild, nodeWords } from "./trie.ts";
import { findString, wordText } from "./words.ts";

const testdata = (name: string) => new URL(`testdata/${name}`, import.meta.url).pathname;

async function gunzipped(path: string): Promise<string[]> {
  const file = await Deno.open(path);
  const text = await new Response(file.readable.pipeThrough(new DecompressionStream("gzip"))).text();
  return text.trimEnd().split("\n");
}

/** Σ over all words but <s> of P(word | state). */
function mass(model: NgramModel, state: number): number {
  let sum = 0;
  for (let word = 0; word < model.words.count; word++) {
    if (word + 1 !== model.start) sum += 10 ** score(model, state, word).log10;
  }
  return sum;
}

const TINY = ["a b", "a b c", "a a", "c b a", "b", ""];

for (const order of [1, 2, 3, 4]) {
  Deno.test(`estimateNgrams() of order ${order} makes probabilities that sum to 1 behind every state`, () => {
    const model = estimateNgrams(TINY, order);
    for (let state = 0; state < model.trie.count; state++) {
      if (model.trie.depth[state] < order) assert.ok(Math.abs(mass(model, state) - 1) < 1e-6, `state ${state}`);
    }
    assert.ok(10 ** score(model, 0, model.unknown).log10 > 0, "unknown words have a share");
  });
}

Deno.test("estimateNgrams() of bigrams equals Kneser and Ney's formula by hand", () => {
  // "a b", twice: the counts of counts are too few, so the discounts are 0.5, 1, 1.5.
  const model = estimateNgrams(["a b", "a b"], 2);
  const P = (state: number, text: string) => 10 ** score(model, state, findString(model.words, text)).log10;
  // Unigrams count different words before: a 1, b 1, </s> 1, of 3; 0.5 each are shared out over a, b, </s>, <unk>.
  const unigram = (0.5 + 1.5 / 4) / 3;
  assert.ok(Math.abs(P(0, "a") - unigram) < 1e-7);
  assert.ok(Math.abs(P(0, "<unk>") - 1.5 / 4 / 3) < 1e-7);
  // Behind a, b came twice: (2 − 1) / 2 + 1/2 of the unigram.
  const a = findChild(model.trie, 0, findString(model.words, "a"));
  assert.ok(Math.abs(P(a, "b") - (0.5 + 0.5 * unigram)) < 1e-7);
  assert.ok(Math.abs(P(a, "a") - 0.5 * unigram) < 1e-7);
});

Deno.test("estimateNgrams() equals KenLM's lmplz in every n-gram and back-off weight", async () => {
  const [expected, lines] = [await loadArpa(testdata("lmplz.arpa.gz")), await gunzipped(testdata("lmplz.txt.gz"))];
  const model = estimateNgrams(lines, 3);
  assert.equal(model.trie.count, expected.trie.count);
  for (let node = 1; node < model.trie.count; node++) {
    const text = nodeWords(model.trie, node).map((word) => wordText(model.words, word));
    let other = 0;
    for (const word of text) other = findChild(expected.trie, other, findString(expected.words, word));
    assert.ok(other > 0, text.join(" "));
    // lmplz states log10 P(<s>) as 0; it is never asked.
    if (node !== model.start) assert.ok(Math.abs(model.log10[node] - expected.log10[other]) < 2e-6, text.join(" "));
    assert.ok(Math.abs(model.backoff[node] - expected.backoff[other]) < 2e-6, text.join(" "));
  }
});

Deno.test("estimateNgrams() names what cannot be estimated from", () => {
  assert.throws(() => estimateNgrams(["", " "], 2, "t.txt"), /^ConfigError: t.txt holds no words/);
  assert.throws(() => estimateNgrams(["a", "b </s>"], 2, "t.txt"), /^ConfigError: t.txt:2: .* are no words/);
  assert.throws(() => estimateNgrams(["a"], 0), /order 0 cannot be estimated/);
});

const CORPUS = new URL("../../../shared/data/text/librispeech-train-clean-100.txt.gz", import.meta.url).pathname;
const present = (() => {
  try {
    return Deno.statSync(CORPUS).isFile;
  } catch {
    return false;
  }
})();
if (!present) console.log("skipped: held-out perplexity of LibriSpeech's text: there is no ../shared/data/text");

Deno.test({
  name: "estimateNgrams() of LibriSpeech's text has the perplexity of lmplz's model on held-out lines",
  ignore: !present,
  async fn() {
    const lines = (await gunzipped(CORPUS)).map((line) => line.slice(line.indexOf(" ") + 1));
    const model = estimateNgrams(lines.filter((_, i) => i % 20 !== 19), 3, "train-clean-100");
    const held = lines.filter((_, i) => i % 20 === 19).map((line) => line.split(" "));
    const tokens = held.reduce((sum, words) => sum + words.length + 1, 0);
    const total = held.reduce((sum, words) => sum + scoreSentence(model, words), 0);
    // lmplz -o 3 on the same lines, by KenLM's own scorer: 352.7507 over 50,963 words and ends.
    assert.equal(tokens, 50_963);
    assert.ok(Math.abs(10 ** (-total / tokens) - 352.7507) < 1e-3, `${10 ** (-total / tokens)}`);
  },
});
