import { SAMPLE_RATE } from "../model/frontend.ts";
import { paddedSamples } from "./padding.ts";
import type { PlannedItem } from "./plan.ts";

/** Sequences that are trained on together. */
export interface PlannedBatch {
  readonly items: readonly PlannedItem[];
  /** Samples that each is padded to when its speed has been applied. */
  readonly width: number;
}

/** What a batch may hold. */
export interface BatchLimits {
  /** Seconds of audio, padding included. */
  readonly seconds: number;
  readonly utterances: number;
}

/**
 * Puts items of similar length together, from the longest down: the longest of a batch settles its width, and with it how
 * many it holds, so that one width has one number of sequences and few shapes are seen. The last two share evenly what is
 * left, as a step of one short utterance would count as much as one of many.
 */
export function cutBatches(items: readonly PlannedItem[], { seconds, utterances }: BatchLimits): PlannedBatch[] {
  const sorted = items.toSorted((a, b) => b.outputSamples - a.outputSamples);
  const most = (width: number) => Math.max(Math.min(utterances, Math.floor(seconds * SAMPLE_RATE / width)), 1);
  const batches: PlannedBatch[] = [];
  for (let from = 0; from < sorted.length;) {
    const width = paddedSamples(sorted[from].outputSamples);
    const left = sorted.length - from;
    const full = most(width);
    const size = left > full && left < 2 * full ? Math.min(Math.ceil(left / 2), full) : Math.min(full, left);
    batches.push({ items: sorted.slice(from, from + size), width });
    from += size;
  }
  return batches;
}
