import type { Operations } from "./alignment.ts";

/** How the words of one or more references fared. */
export interface Counts {
  readonly correct: number;
  readonly substitutions: number;
  readonly deletions: number;
  readonly insertions: number;
}

/** No words at all. */
export const NO_COUNTS: Counts = { correct: 0, substitutions: 0, deletions: 0, insertions: 0 };

/** Counts of one alignment. */
export function countsOf(operations: Operations): Counts {
  const counts = { C: 0, S: 0, D: 0, I: 0 };
  for (const step of operations) counts[step as keyof typeof counts]++;
  return { correct: counts.C, substitutions: counts.S, deletions: counts.D, insertions: counts.I };
}

/** Counts of two texts taken together. */
export function plus(a: Counts, b: Counts): Counts {
  return {
    correct: a.correct + b.correct,
    substitutions: a.substitutions + b.substitutions,
    deletions: a.deletions + b.deletions,
    insertions: a.insertions + b.insertions,
  };
}

/** Substitutions, deletions and insertions together. */
export function errorsIn({ substitutions, deletions, insertions }: Counts): number {
  return substitutions + deletions + insertions;
}

/** Words of the reference: all but the insertions. */
export function wordsIn({ correct, substitutions, deletions }: Counts): number {
  return correct + substitutions + deletions;
}

/**
 * Errors over words of the reference, a fraction (0.05 is 5 %), above 1 where the hypothesis runs on; null where the
 * reference has no words, since no rate can be told then. Of a corpus: over the counts of all its utterances together,
 * so that an utterance weighs as much as it has words.
 */
export function wordErrorRate(counts: Counts): number | null {
  const words = wordsIn(counts);
  return words === 0 ? null : errorsIn(counts) / words;
}
