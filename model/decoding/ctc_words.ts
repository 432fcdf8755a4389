import { BLANK } from "../tokenizer.ts";
import { tokenTexts } from "./fusion.ts";

/** Seconds of audio that an encoder frame stands for. */
export const FRAME_SECONDS = 0.04;

/** A word and when it is said, in seconds from the start of the audio. */
export interface TimedWord {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Words of one sequence's tokens frame by frame (an alignment: greedy decoding's, or `alignTokens`'), and when they are said:
 * from the first frame of a word's first letter to the end of its last letter's last frame. CTC's letters are short and
 * may come late, so expect 0.1 s of doubt; the words never overlap.
 */
export function ctcWords(
  vocabulary: readonly string[],
  frames: ArrayLike<number>,
  frameSeconds = FRAME_SECONDS,
): TimedWord[] {
  const texts = tokenTexts(vocabulary);
  const words: TimedWord[] = [];
  let word = "";
  let first = 0;
  let last = 0;
  const close = () => {
    if (word !== "") words.push({ word, start: first * frameSeconds, end: (last + 1) * frameSeconds });
    word = "";
  };
  let previous = BLANK;
  for (let t = 0; t < frames.length; t++) {
    const token = frames[t];
    const text = texts[token] ?? "";
    if (token !== previous) {
      for (const [i, part] of text.split(" ").entries()) {
        if (i > 0) close();
        if (part === "") continue;
        if (word === "") first = t;
        word += part;
        last = t;
      }
    } else if (word !== "" && text !== "" && !text.endsWith(" ")) last = t;
    previous = token;
  }
  close();
  return words;
}

/**
 * The likeliest alignment of tokens to frames (Viterbi over CTC's states: a blank before, between and behind the tokens).
 * logProbabilities [frames, V] → one token a frame, which collapse to `tokens`; undefined where there are too few frames.
 * Takes frames · (2 · tokens + 1) bytes.
 */
export function alignTokens(
  logProbabilities: Float32Array | Float64Array,
  frames: number,
  V: number,
  tokens: readonly number[],
): Uint32Array | undefined {
  const states = 2 * tokens.length + 1;
  const tokenOf = (state: number) => state % 2 === 0 ? BLANK : tokens[state >> 1];
  const steps = new Uint8Array(frames * states); // how many states back each best path comes from
  let best = new Float64Array(states).fill(-Infinity);
  let next = new Float64Array(states);
  for (let t = 0; t < frames; t++) {
    next.fill(-Infinity);
    for (let s = 0; s < states; s++) {
      let step = 0;
      if (t === 0) next[s] = s < 2 ? 0 : -Infinity;
      else {
        next[s] = best[s];
        if (s > 0 && best[s - 1] > next[s]) [next[s], step] = [best[s - 1], 1];
        // A blank may be left out, but not between equal tokens.
        const skips = s > 1 && s % 2 === 1 && tokenOf(s) !== tokenOf(s - 2);
        if (skips && best[s - 2] > next[s]) [next[s], step] = [best[s - 2], 2];
      }
      next[s] += logProbabilities[t * V + tokenOf(s)];
      steps[t * states + s] = step;
    }
    [best, next] = [next, best];
  }
  let state = states > 1 && best[states - 2] > best[states - 1] ? states - 2 : states - 1;
  if (frames === 0 || best[state] === -Infinity) return tokens.length + frames === 0 ? new Uint32Array() : undefined;
  const path = new Uint32Array(frames);
  for (let t = frames - 1; t >= 0; t--) {
    path[t] = tokenOf(state);
    state -= steps[t * states + state];
  }
  return path;
}
