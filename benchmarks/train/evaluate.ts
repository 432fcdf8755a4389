import type { Gpu } from "../../kernels/gpu/mod.ts";
import type { Model } from "../../model/model.ts";
import { encoderFrames, recognize } from "../../model/recognizer.ts";
import type { TrainingUtterance } from "../../training/batch.ts";
import { editDistance } from "../scoring/distance.ts";
import { RAW } from "../scoring/protocols/raw.ts";
import { wordsOf } from "../scoring/protocols/words.ts";

/** An utterance that is evaluated on. */
export interface DevUtterance extends TrainingUtterance {
  readonly text: string;
}

/** How the model found the words: by the CTC head's likeliest tokens, or by the decoder's. */
export type DevDecoding = "ctc" | "greedy";

/** What an evaluation during training finds. */
export interface DevResult {
  /** Word errors over words, under raw-v1. */
  readonly wer: number;
  /** The same over utterances whose text the training set has, and over the others; NaN where there are none. */
  readonly seen: number;
  readonly unseen: number;
  /** Of the hypotheses that are wrong, the share that is a sentence of the training set, word for word; NaN where none is. */
  readonly recited: number;
}

/** Utterances decoded at once. */
const BATCH = 64;

/** Nobody says more than a character in each of the 25 frames a second, and the end stands behind it. */
const MORE_TOKENS = 8;

/**
 * Decodes the utterances and counts word errors. `sentences`: the training set's, as `sentence` gives them. What it finds
 * means nothing once `signal` is aborted.
 */
export async function evaluateDev(
  gpu: Gpu,
  model: Model,
  utterances: readonly DevUtterance[],
  decoding: DevDecoding,
  sentences: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<DevResult> {
  const order = utterances.toSorted((a, b) => a.samples.length - b.samples.length);
  const counts = { seen: { errors: 0, words: 0 }, unseen: { errors: 0, words: 0 } };
  let [wrong, recited] = [0, 0];
  for (let start = 0; start < order.length && !signal?.aborted; start += BATCH) {
    const part = order.slice(start, start + BATCH);
    const recordings = part.map(({ samples }) => Float32Array.from(samples, (x) => x / 32768));
    const longest = Math.max(...recordings.map(({ length }) => encoderFrames(length)));
    const options = decoding === "ctc"
      ? { kind: "ctc" } as const
      : { kind: "greedy", maxTokens: longest + MORE_TOKENS } as const;
    const found = await recognize(gpu, model, recordings, options);
    for (const [i, { text }] of found.entries()) {
      const reference = sentence(part[i].text);
      const hypothesis = sentence(text);
      const count = counts[sentences.has(reference) ? "seen" : "unseen"];
      const [said, heard] = [reference.split(" ").filter(Boolean), hypothesis.split(" ").filter(Boolean)];
      count.errors += editDistance(said, heard);
      count.words += said.length;
      if (hypothesis !== reference) {
        wrong++;
        if (sentences.has(hypothesis)) recited++;
      }
    }
  }
  const { seen, unseen } = counts;
  return {
    wer: (seen.errors + unseen.errors) / (seen.words + unseen.words),
    seen: seen.errors / seen.words,
    unseen: unseen.errors / unseen.words,
    recited: recited / wrong,
  };
}

/** A text's words under raw-v1, joined by spaces: equal sentences, equal text. */
export function sentence(text: string): string {
  return wordsOf(RAW.normalise(text)).join(" ");
}
