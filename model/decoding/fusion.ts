import { type NgramModel, score, wordOf } from "../language_model/ngram.ts";

/**
 * Shallow fusion with a language model over words: a hypothesis gets alpha · ln P(words, `</s>`) + beta · number of words
 * (Hannun et al. 2014). A word counts once the space behind it, or the end, is there.
 */
export interface Fusion {
  readonly model: NgramModel;
  readonly alpha: number;
  readonly beta: number;
}

/** The words of a hypothesis as the language model sees them. */
export interface Words {
  /** The model's state behind the words that are whole. */
  readonly state: number;
  /** Letters of the word that is not whole yet. */
  readonly pending: string;
  /** alpha · ln P + beta · count of the whole words. */
  readonly score: number;
  /** The same with the pending word taken as whole; computed when first asked for. */
  ended: Words | undefined;
}

/** Before any word. */
export function noWords({ model }: Fusion): Words {
  return words(model.start, "", 0);
}

function words(state: number, pending: string, score: number): Words {
  return { state, pending, score, ended: undefined };
}

/** The words when `text`, a token's letters and spaces, is added. */
export function addText(fusion: Fusion, before: Words, text: string): Words {
  if (!text.includes(" ")) return words(before.state, before.pending + text, before.score);
  let now = before;
  for (const [i, part] of text.split(" ").entries()) {
    if (i > 0) now = endWord(fusion, now);
    if (part !== "") now = words(now.state, now.pending + part, now.score);
  }
  return now;
}

/** The score of `addText`'s words; a text without a space cannot change it. */
export function scoreWithText(fusion: Fusion, before: Words, text: string): number {
  const space = text.indexOf(" ");
  if (space < 0) return before.score;
  return space === 0 && text.lastIndexOf(" ") === 0
    ? endWord(fusion, before).score
    : addText(fusion, before, text).score;
}

/** The score of a hypothesis that ends here, `</s>` included; it is no word, so it gets no beta. */
export function endWords(fusion: Fusion, before: Words): number {
  const { state, score: whole } = endWord(fusion, before);
  return whole + fusion.alpha * Math.LN10 * score(fusion.model, state, fusion.model.end).log10;
}

function endWord({ model, alpha, beta }: Fusion, before: Words): Words {
  if (before.pending === "") return before;
  if (before.ended) return before.ended;
  const { log10, state } = score(model, before.state, wordOf(model, before.pending));
  return before.ended = words(state, "", before.score + alpha * Math.LN10 * log10 + beta);
}

/** What each token of a vocabulary adds to the text; special tokens (`<…>`) add nothing. */
export function tokenTexts(vocabulary: readonly string[]): string[] {
  return vocabulary.map((token) => /^<.+>$/.test(token) ? "" : token);
}
