import { ConfigError } from "../config.ts";
import type { NgramModel } from "./ngram.ts";
import { addChild, suffixes, type Trie, trie } from "./trie.ts";
import { addString, wordTable } from "./words.ts";

/**
 * Estimates an n-gram model with interpolated modified Kneser-Ney smoothing (Chen and Goodman 1998), as KenLM's `lmplz`
 * does (Heafield et al. 2013, without pruning): adjusted counts, three discounts an order, unigrams interpolated with the
 * uniform distribution, which gives `<unk>` its share. Each line is a sentence of words between white space. Where a text
 * is so small that a discount cannot be computed, the order's are 0.5, 1 and 1.5 (lmplz's
 * `--discount_fallback`). Throws a
 * ConfigError when there are no words, or a line holds `<s>`, `</s>` or `<unk>` (`name`: the text's, for the message).
 */
export function estimateNgrams(lines: Iterable<string>, order: number, name = "text"): NgramModel {
  if (!(Number.isInteger(order) && order >= 1 && order <= 20)) {
    throw new ConfigError(`an n-gram model of order ${order} cannot be estimated: choose 1 to 20`);
  }
  const words = wordTable();
  const [unknown, begin, end] = ["<unk>", "<s>", "</s>"].map((marker) => addString(words, marker));
  const text: number[][] = [];
  let line = 0;
  for (const sentence of lines) {
    line++;
    const own = sentence.split(/\s+/).filter((word) => word !== "").map((word) => addString(words, word));
    if (own.some((word) => word <= end)) {
      throw new ConfigError(`${name}:${line}: "<s>", "</s>" and "<unk>" are no words`);
    }
    if (own.length > 0) text.push([begin, ...own, end]);
  }
  if (text.length === 0) throw new ConfigError(`${name} holds no words to estimate a language model from`);
  const ngrams = trie(words.count, 4 * words.count);
  const start = begin + 1;
  const raw = countNgrams(ngrams, text, order);
  const suffix = suffixes(ngrams);
  const counts = adjustedCounts(ngrams, raw, suffix, order, start);
  const { log10, backoff } = smooth(ngrams, counts, suffix, order, start, words.count);
  return { order, words, trie: ngrams, log10, backoff, suffix, unknown, end, start };
}

/** How often each n-gram of up to `order` words occurs, by node. */
function countNgrams(ngrams: Trie, text: readonly (readonly number[])[], order: number): Float64Array {
  let counts = new Float64Array(ngrams.parent.length);
  for (const sentence of text) {
    for (let from = 0; from < sentence.length; from++) {
      let node = 0;
      for (let i = from; i < Math.min(from + order, sentence.length); i++) {
        node = addChild(ngrams, node, sentence[i]);
        if (node >= counts.length) {
          const grown = new Float64Array(ngrams.parent.length);
          grown.set(counts);
          counts = grown;
        }
        counts[node]++;
      }
    }
  }
  return counts;
}

/**
 * Below the highest order, an n-gram counts for as many different words as stand before it; one that begins with `<s>`,
 * before which nothing can stand, keeps its count. `<s>` itself is never predicted and has none.
 */
function adjustedCounts(
  { count, parent, depth }: Trie,
  raw: Float64Array,
  suffix: Int32Array,
  order: number,
  start: number,
): Float64Array {
  const adjusted = new Float64Array(count);
  const fromStart = new Uint8Array(count);
  for (let node = 1; node < count; node++) {
    fromStart[node] = node === start || fromStart[parent[node]] === 1 ? 1 : 0;
    if (depth[node] === order || fromStart[node] === 1) adjusted[node] = raw[node];
    if (depth[node] > 1) adjusted[suffix[node]]++;
  }
  // What begins with <s> is nobody's suffix, so it was not counted twice; the unigram <s> is no event.
  adjusted[start] = 0;
  return adjusted;
}

/** Discounts D(1), D(2), D(3+) of n-grams of one order, from how many of them have the adjusted counts 1 to 4. */
function discounts({ count, depth }: Trie, counts: Float64Array, order: number): number[] {
  const having = [0, 0, 0, 0, 0];
  for (let node = 1; node < count; node++) {
    if (depth[node] === order && counts[node] >= 1 && counts[node] <= 4) having[counts[node]]++;
  }
  const y = having[1] / (having[1] + 2 * having[2]);
  const found = [1, 2, 3].map((k) => k - (k + 1) * y * having[k + 1] / having[k]);
  // NaN where a count of counts is 0; none may take nothing, or all, or the back-off weights would be no probabilities.
  const sound = found.every((d, i) => d > 0 && d < i + 1);
  return sound ? [0, ...found] : [0, 0.5, 1, 1.5];
}

/** log10 P and log10 of the back-off weight of every node. */
function smooth(
  ngrams: Trie,
  counts: Float64Array,
  suffix: Int32Array,
  order: number,
  start: number,
  vocabulary: number,
): Pick<NgramModel, "log10" | "backoff"> {
  const { count, parent, depth } = ngrams;
  const byOrder = Array.from({ length: order }, (_, i) => discounts(ngrams, counts, i + 1));
  const discount = (node: number): number => byOrder[depth[node] - 1][Math.min(3, counts[node])];
  // Of each context: the sum of its n-grams' counts, and how much of it the discounts took away.
  const total = new Float64Array(count);
  const taken = new Float64Array(count);
  for (let node = 1; node < count; node++) {
    total[parent[node]] += counts[node];
    taken[parent[node]] += discount(node);
  }
  const uniform = 1 / (vocabulary - 1); // all words but <s>
  const probability = new Float64Array(count);
  const log10 = new Float32Array(count);
  const backoff = new Float32Array(count);
  // A lower order's probability is there before it is needed: parents and suffixes were made earlier, or are shorter.
  for (let n = 1; n <= order; n++) {
    for (let node = 1; node < count; node++) {
      if (depth[node] !== n) continue;
      const context = parent[node];
      const lower = n === 1 ? uniform : probability[suffix[node]];
      probability[node] = (counts[node] - discount(node) + taken[context] * lower) / total[context];
      log10[node] = node === start ? -99 : Math.log10(probability[node]);
      backoff[node] = total[node] > 0 ? Math.log10(taken[node] / total[node]) : 0;
    }
  }
  return { log10, backoff };
}
