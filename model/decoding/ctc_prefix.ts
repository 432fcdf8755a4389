import { BLANK, END, START } from "../tokenizer.ts";
import { logAdd } from "./log_add.ts";

/** One sequence's CTC probabilities [frames, V], as the prefix scores need them. */
export interface CtcPosteriors {
  readonly frames: number;
  readonly V: number;
  readonly log: Float32Array | Float64Array;
  readonly linear: Float64Array;
}

/** A prefix's forward variables: by frame, ln P of its alignments so far that end in its last token, or in a blank. */
export interface CtcPrefix {
  /** −1 for the empty prefix. */
  readonly last: number;
  readonly inToken: Float64Array;
  readonly inBlank: Float64Array;
}

/** Prepares ln P [frames, V]. */
export function ctcPosteriors(log: Float32Array | Float64Array, frames: number, V: number): CtcPosteriors {
  return { frames, V, log, linear: Float64Array.from(log.subarray(0, frames * V), Math.exp) };
}

/** The empty prefix: nothing but blanks. */
export function emptyPrefix({ frames, V, log }: CtcPosteriors): CtcPrefix {
  const inBlank = new Float64Array(frames);
  let total = 0;
  for (let t = 0; t < frames; t++) inBlank[t] = total += log[t * V + BLANK];
  return { last: -1, inToken: new Float64Array(frames).fill(-Infinity), inBlank };
}

/**
 * By token: ln of the probability of all labellings that begin with the prefix and that token; at END: of the prefix alone,
 * as a whole labelling (Watanabe et al. 2017, algorithm 2). The blank and the start token extend nothing: −Infinity.
 */
export function extensionScores(posteriors: CtcPosteriors, prefix: CtcPrefix): Float64Array {
  const { frames, V, linear } = posteriors;
  // phi(t): ln P of alignments of the prefix in the frames before t, of which token may follow.
  const phi = new Float64Array(frames);
  let largest = -Infinity;
  for (let t = 0; t < frames; t++) {
    phi[t] = before(prefix, t, false);
    if (phi[t] > largest) largest = phi[t];
  }
  const scores = new Float64Array(V);
  if (largest > -Infinity) {
    for (let t = 0; t < frames; t++) {
      const weight = Math.exp(phi[t] - largest);
      if (weight > 0) { for (let token = 0, i = t * V; token < V; token++, i++) scores[token] += weight * linear[i]; }
    }
  }
  for (let token = 0; token < V; token++) scores[token] = largest + Math.log(scores[token]);
  // The last token again needs a blank between.
  if (prefix.last >= 0) scores[prefix.last] = repeated(posteriors, prefix);
  scores[END] = wholeScore(posteriors, prefix);
  scores[BLANK] = -Infinity;
  scores[START] = -Infinity;
  return scores;
}

/** ln P of the prefix as the whole labelling. */
export function wholeScore({ frames }: CtcPosteriors, prefix: CtcPrefix): number {
  return before(prefix, frames, false);
}

/** The prefix with a token more. */
export function extendPrefix({ frames, V, log }: CtcPosteriors, prefix: CtcPrefix, token: number): CtcPrefix {
  const inToken = new Float64Array(frames);
  const inBlank = new Float64Array(frames);
  let [endsInToken, endsInBlank] = [-Infinity, -Infinity];
  for (let t = 0; t < frames; t++) {
    const stays = logAdd(endsInToken, before(prefix, t, token === prefix.last));
    endsInBlank = logAdd(endsInBlank, endsInToken) + log[t * V + BLANK];
    endsInToken = stays + log[t * V + token];
    inToken[t] = endsInToken;
    inBlank[t] = endsInBlank;
  }
  return { last: token, inToken, inBlank };
}

/** ln P of the prefix's alignments over the frames before t, or of those that end in a blank. */
function before({ last, inToken, inBlank }: CtcPrefix, t: number, blankOnly: boolean): number {
  if (t === 0) return last < 0 ? 0 : -Infinity;
  return blankOnly ? inBlank[t - 1] : logAdd(inBlank[t - 1], inToken[t - 1]);
}

function repeated({ frames, V, log }: CtcPosteriors, prefix: CtcPrefix): number {
  let score = -Infinity;
  for (let t = 0; t < frames; t++) score = logAdd(score, before(prefix, t, true) + log[t * V + prefix.last]);
  return score;
}
