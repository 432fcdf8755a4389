import { findChild, type Trie } from "./trie.ts";
import { findString, type WordTable } from "./words.ts";

/**
 * A back-off n-gram model. A state is the node of the longest n-gram of the model that the last words (at most
 * order − 1 of them) are: more of the past cannot change what follows.
 */
export interface NgramModel {
  readonly order: number;
  readonly words: WordTable;
  /** Node word + 1 is the unigram of a word. */
  readonly trie: Trie;
  /** By node: log10 of P(last word | words before), and of the back-off weight of the n-gram as a context. */
  readonly log10: Float32Array;
  readonly backoff: Float32Array;
  /** By node: see `suffixes`. */
  readonly suffix: Int32Array;
  /** The words `<unk>` and `</s>`. */
  readonly unknown: number;
  readonly end: number;
  /** State at the start of a sentence: after `<s>`. */
  readonly start: number;
}

/** A word's probability behind a state, and the state behind the word. */
export interface Scored {
  readonly log10: number;
  readonly state: number;
}

/** log10 P(word | state), by the longest n-gram known and the back-off weights of the contexts that lack the word. */
export function score(model: NgramModel, state: number, word: number): Scored {
  const { trie, backoff, suffix } = model;
  let context = state;
  let total = 0;
  let node = findChild(trie, context, word);
  while (node === 0) { // ends at the root, which has every word
    total += backoff[context];
    context = suffix[context];
    node = findChild(trie, context, word);
  }
  return { log10: total + model.log10[node], state: trie.depth[node] < model.order ? node : suffix[node] };
}

/**
 * The number of a word, `unknown` where the model lacks it. A model in capitals (as LibriSpeech's) answers to words in
 * lower case too.
 */
export function wordOf(model: NgramModel, text: string): number {
  const found = findString(model.words, text);
  if (found >= 0) return found;
  const capital = findString(model.words, text.toUpperCase());
  return capital >= 0 ? capital : model.unknown;
}

/** log10 P of a whole sentence, `</s>` included; words[] without `<s>` and `</s>`. */
export function scoreSentence(model: NgramModel, words: readonly string[]): number {
  let state = model.start;
  let total = 0;
  for (const word of [...words.map((text) => wordOf(model, text)), model.end]) {
    const scored = score(model, state, word);
    total += scored.log10;
    state = scored.state;
  }
  return total;
}
