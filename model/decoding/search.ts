import { END } from "../tokenizer.ts";
import { BestOf } from "./best_of.ts";
import {
  type CtcPosteriors,
  type CtcPrefix,
  emptyPrefix,
  extendPrefix,
  extensionScores,
  wholeScore,
} from "./ctc_prefix.ts";
import { addText, endWords, type Fusion, noWords, scoreWithText, tokenTexts, type Words } from "./fusion.ts";
import type { Hypothesis } from "./greedy.ts";

/** CTC's part in a joint search: λ · ln P of CTC + (1 − λ) · ln P of the decoder (Watanabe et al. 2017). */
export interface CtcPart {
  readonly posteriors: CtcPosteriors;
  /** λ, between 0 and 1. */
  readonly weight: number;
}

/** A hypothesis that may grow. */
interface Active {
  readonly tokens: number[];
  /** ln P of its tokens by the decoder. */
  readonly decoder: number;
  readonly words: Words | undefined;
  readonly prefix: CtcPrefix | undefined;
  /** All parts together. */
  readonly score: number;
}

/** The beam search of one sequence, on the host: `stepSearch` moves it on by a token. */
export interface Search {
  readonly options: SearchOptions;
  /** What each token adds to the text. */
  readonly texts: readonly string[];
  active: Active[];
  /** Best first, at most `width`. */
  readonly finished: Hypothesis[];
}

/** See `BeamOptions`; of one sequence. */
export interface SearchOptions {
  readonly width: number;
  readonly lengthPenalty?: number | undefined;
  readonly limit: number;
  readonly fusion?: Fusion | undefined;
  readonly ctc?: CtcPart | undefined;
}

/** Hypothesis i of the next step: the one at `place`, with `token` behind it. */
export interface Survivor {
  readonly place: number;
  readonly token: number;
}

/** A search that has found nothing yet. */
export function startSearch(vocabulary: readonly string[], options: SearchOptions): Search {
  const { fusion, ctc, limit } = options;
  const nothing: Active = {
    tokens: [],
    decoder: 0,
    words: fusion ? noWords(fusion) : undefined,
    prefix: ctc ? emptyPrefix(ctc.posteriors) : undefined,
    score: 0,
  };
  const search: Search = { options, texts: tokenTexts(vocabulary), active: [nothing], finished: [] };
  if (limit === 0) finishAll(search);
  return search;
}

/**
 * Takes the decoder's ln P [width, V] of what follows each active hypothesis, keeps the `width` best of all ways to go on,
 * and gives those that may still grow, in their new order. Those that chose END, or reached the limit, are finished. The
 * search is over (nothing is active) when no active hypothesis can become better than the best finished one: logarithms
 * of probabilities only fall, and of words to come with a bonus at most one is allowed for.
 */
export function stepSearch(search: Search, logarithms: Float32Array): Survivor[] {
  const { options, texts, active } = search;
  if (active.length === 0) return [];
  const V = texts.length;
  const best = new BestOf(options.width);
  active.forEach((own, place) => {
    const ctcScores = options.ctc && own.prefix && extensionScores(options.ctc.posteriors, own.prefix);
    for (let token = 0; token < V; token++) {
      const decoder = own.decoder + logarithms[place * V + token];
      best.offer(total(search, own, token, decoder, ctcScores?.[token]), place * V + token);
    }
  });
  const order = Array.from({ length: best.size }, (_, i) => i).sort((a, b) => best.scores[b] - best.scores[a]);
  const survivors: Survivor[] = [];
  search.active = [];
  for (const i of order) {
    const place = Math.floor(best.items[i] / V);
    const token = best.items[i] % V;
    const own = active[place];
    const grown: Active = {
      tokens: [...own.tokens, token],
      decoder: own.decoder + logarithms[place * V + token],
      words: options.fusion && own.words && token !== END
        ? addText(options.fusion, own.words, texts[token])
        : own.words,
      prefix: options.ctc && own.prefix && token !== END
        ? extendPrefix(options.ctc.posteriors, own.prefix, token)
        : own.prefix,
      score: best.scores[i],
    };
    if (token === END) finish(search, grown.tokens, grown.score);
    else {
      search.active.push(grown);
      survivors.push({ place, token });
    }
  }
  if (active[0].tokens.length + 1 === options.limit) finishAll(search);
  if (isOver(search)) search.active = [];
  return search.active.length > 0 ? survivors : [];
}

/** The score of a hypothesis with a token more; `decoder` holds the token's ln P, `ctc` the whole new prefix's. */
function total(
  { options: { fusion, ctc: part }, texts }: Search,
  own: Active,
  token: number,
  decoder: number,
  ctc = 0,
) {
  const words = !fusion || !own.words
    ? 0
    : token === END
    ? endWords(fusion, own.words)
    : scoreWithText(fusion, own.words, texts[token]);
  return (part ? mixed(part.weight, ctc, decoder) : decoder) + words;
}

/** λ · ctc + (1 − λ) · decoder, where a weight of 0 takes away even an impossible part. */
function mixed(weight: number, ctc: number, decoder: number): number {
  return (weight > 0 ? weight * ctc : 0) + (weight < 1 ? (1 - weight) * decoder : 0);
}

function finish({ options, finished }: Search, tokens: number[], score: number): void {
  finished.push({ tokens, score: score / Math.max(1, tokens.length) ** (options.lengthPenalty ?? 0) });
  finished.sort((a, b) => b.score - a.score);
  finished.length = Math.min(finished.length, options.width);
}

/** Ends all that is active without END: the limit is reached. */
function finishAll(search: Search): void {
  const { fusion, ctc } = search.options;
  for (const { tokens, decoder, words, prefix } of search.active) {
    const acoustic = ctc && prefix ? mixed(ctc.weight, wholeScore(ctc.posteriors, prefix), decoder) : decoder;
    finish(search, tokens, acoustic + (fusion && words ? endWords(fusion, words) : 0));
  }
  search.active = [];
}

function isOver({ options: { limit, fusion, lengthPenalty = 0 }, active, finished }: Search): boolean {
  if (active.length === 0) return true;
  if (finished.length === 0) return false;
  const bonus = Math.max(0, fusion?.beta ?? 0);
  const hope = Math.max(...active.map(({ score }) => score + bonus));
  // Scores are negative: the longer, the less the penalty leaves of them.
  return finished[0].score >= (hope <= 0 ? hope / limit ** lengthPenalty : hope);
}
