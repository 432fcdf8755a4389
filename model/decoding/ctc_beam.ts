import { BLANK, END, START } from "../tokenizer.ts";
import { addText, endWords, type Fusion, noWords, scoreWithText, tokenTexts, type Words } from "./fusion.ts";
import { logAdd } from "./log_add.ts";
import { BestOf } from "./best_of.ts";

/** How a CTC prefix beam search is pruned, and with what it is fused. */
export interface CtcBeamOptions {
  /** Hypotheses kept from frame to frame. */
  readonly width: number;
  readonly fusion?: Fusion | undefined;
  /** Tokens less likely than this (ln) in a frame do not extend a hypothesis there, the best one apart. Default −10. */
  readonly tokenThreshold?: number | undefined;
  /** Hypotheses that score so much less (ln) than the best are dropped. Default 25. */
  readonly beamThreshold?: number | undefined;
}

/** A labelling and how good it is. */
export interface CtcHypothesis {
  readonly tokens: number[];
  /** ln P by CTC, of the alignments that were kept, plus the fusion's score. */
  readonly score: number;
  /** The first part of it. */
  readonly ctc: number;
}

/** The prefixes met so far as a tree, so that a prefix which was dropped and comes again is the same one. */
interface Prefixes {
  readonly parent: number[];
  readonly token: number[];
  readonly firstChild: number[];
  readonly nextSibling: number[];
  readonly words: Words[];
  /** By node: its place in the beam of the frame `seen`. */
  readonly place: number[];
  readonly seen: number[];
}

/**
 * CTC prefix beam search (Hannun et al. 2014): the likeliest labellings, each over all of its alignments, where greedy
 * decoding gives the likeliest alignment's. logProbabilities [frames, V] (natural logarithms); gives up to `width`
 * hypotheses, best first. With a beam that holds every prefix, and no thresholds, the scores are exact. The start and end
 * tokens are no labels of CTC's and are left out.
 */
export function ctcBeam(
  logProbabilities: Float32Array | Float64Array,
  frames: number,
  vocabulary: readonly string[],
  { width, fusion, tokenThreshold = -10, beamThreshold = 25 }: CtcBeamOptions,
): CtcHypothesis[] {
  const V = vocabulary.length;
  const texts = tokenTexts(vocabulary);
  const none: Words = fusion ? noWords(fusion) : { state: 0, pending: "", score: 0, ended: undefined };
  const prefixes: Prefixes = {
    parent: [-1],
    token: [-1],
    firstChild: [-1],
    nextSibling: [-1],
    words: [none],
    place: [0],
    seen: [-1],
  };
  const after = (words: Words, token: number): Words => fusion ? addText(fusion, words, texts[token]) : words;
  const endsWord = texts.map((text) => text.includes(" "));

  // The beam: prefixes, and ln P of their alignments that end in a blank, that end in their last token, and of both.
  let nodes = new Int32Array(width);
  let inBlank = new Float64Array(width);
  let inToken = new Float64Array(width);
  const both = new Float64Array(width);
  let size = 1;
  inToken[0] = -Infinity;
  let nextNodes = new Int32Array(width);
  let nextInBlank = new Float64Array(width);
  let nextInToken = new Float64Array(width);
  const stayInToken = new Float64Array(width);
  const isKept = new Uint8Array(width * V);
  const tokens = new Int32Array(V);
  // Candidates are numbered: place · (V + 1) for a prefix that stays, + 1 + token for one that grows.
  const best = new BestOf(width);

  for (let t = 0; t < frames; t++) {
    const row = t * V;
    const blank = logProbabilities[row + BLANK];
    const tried = triedTokens(logProbabilities, row, V, tokenThreshold, tokens);
    for (let j = 0; j < size; j++) {
      both[j] = logAdd(inBlank[j], inToken[j]);
      prefixes.place[nodes[j]] = j;
      prefixes.seen[nodes[j]] = t;
    }
    isKept.fill(0);
    best.clear();
    for (let j = 0; j < size; j++) {
      const node = nodes[j];
      const last = prefixes.token[node];
      let stays = -Infinity;
      if (last >= 0) {
        const p = logProbabilities[row + last];
        stays = inToken[j] + p;
        const parent = prefixes.parent[node];
        if (prefixes.seen[parent] === t) {
          // The parent grows into this one, which is in the beam already.
          const from = prefixes.place[parent];
          isKept[from * V + last] = 1;
          stays = logAdd(stays, (prefixes.token[parent] === last ? inBlank[from] : both[from]) + p);
        }
      }
      stayInToken[j] = stays;
      best.offer(logAdd(both[j] + blank, stays) + prefixes.words[node].score, j * (V + 1));
    }
    for (let j = 0; j < size; j++) {
      const node = nodes[j];
      const last = prefixes.token[node];
      const words = prefixes.words[node];
      for (let i = 0; i < tried; i++) {
        const token = tokens[i];
        if (isKept[j * V + token] === 1) continue;
        const grown = (token === last ? inBlank[j] : both[j]) + logProbabilities[row + token];
        const fused = fusion && endsWord[token] ? scoreWithText(fusion, words, texts[token]) : words.score;
        best.offer(grown + fused, j * (V + 1) + 1 + token);
      }
    }
    const lowest = best.highest() - beamThreshold;
    let kept = 0;
    for (let i = 0; i < best.size; i++) {
      if (!(best.scores[i] >= lowest)) continue;
      const place = Math.floor(best.items[i] / (V + 1));
      const token = best.items[i] - place * (V + 1) - 1;
      if (token < 0) {
        nextNodes[kept] = nodes[place];
        nextInBlank[kept] = both[place] + blank;
        nextInToken[kept] = stayInToken[place];
      } else {
        const node = nodes[place];
        nextNodes[kept] = childOf(prefixes, node, token, () => after(prefixes.words[node], token));
        nextInBlank[kept] = -Infinity;
        nextInToken[kept] = (token === prefixes.token[node] ? inBlank[place] : both[place]) +
          logProbabilities[row + token];
      }
      kept++;
    }
    size = kept;
    [nodes, nextNodes] = [nextNodes, nodes];
    [inBlank, nextInBlank] = [nextInBlank, inBlank];
    [inToken, nextInToken] = [nextInToken, inToken];
  }

  return Array.from({ length: size }, (_, j): CtcHypothesis => {
    const ctc = logAdd(inBlank[j], inToken[j]);
    const fused = fusion ? endWords(fusion, prefixes.words[nodes[j]]) : 0;
    return { tokens: labels(prefixes, nodes[j]), score: ctc + fused, ctc };
  }).sort((a, b) => b.score - a.score);
}

/** The tokens that may extend hypotheses in a frame, into `tokens`; gives how many. */
function triedTokens(
  logProbabilities: Float32Array | Float64Array,
  row: number,
  V: number,
  threshold: number,
  tokens: Int32Array,
): number {
  let count = 0;
  let best = -1;
  for (let token = 0; token < V; token++) {
    if (token === BLANK || token === START || token === END) continue;
    const p = logProbabilities[row + token];
    if (p >= threshold) tokens[count++] = token;
    if (best < 0 || p > logProbabilities[row + best]) best = token;
  }
  if (count === 0 && best >= 0) tokens[count++] = best;
  return count;
}

function childOf(prefixes: Prefixes, node: number, token: number, words: () => Words): number {
  const { parent, firstChild, nextSibling } = prefixes;
  for (let child = firstChild[node]; child >= 0; child = nextSibling[child]) {
    if (prefixes.token[child] === token) return child;
  }
  const child = parent.length;
  parent.push(node);
  prefixes.token.push(token);
  firstChild.push(-1);
  nextSibling.push(firstChild[node]);
  firstChild[node] = child;
  prefixes.words.push(words());
  prefixes.place.push(0);
  prefixes.seen.push(-1);
  return child;
}

function labels({ parent, token }: Prefixes, node: number): number[] {
  const found: number[] = [];
  for (let at = node; at > 0; at = parent[at]) found.push(token[at]);
  return found.reverse();
}
