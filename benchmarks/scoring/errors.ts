import type { AlignedUtterance } from "./score.ts";

/** A word for which another was heard, and how often. */
export interface Substitution {
  readonly reference: string;
  readonly hypothesis: string;
  readonly count: number;
}

/** A word that was missed or made up, and how often. */
export interface WordCount {
  readonly word: string;
  readonly count: number;
}

/** The most frequent errors of each kind: most frequent first, equally frequent ones in code-point order. */
export interface FrequentErrors {
  readonly substitutions: readonly Substitution[];
  readonly deletions: readonly WordCount[];
  readonly insertions: readonly WordCount[];
}

/** The `most` most frequent errors of each kind. */
export function frequentErrors(utterances: readonly AlignedUtterance[], most = 10): FrequentErrors {
  const substitutions = new Map<string, number>();
  const deletions = new Map<string, number>();
  const insertions = new Map<string, number>();
  for (const { reference, hypothesis, operations } of utterances) {
    let [i, j] = [0, 0];
    for (const step of operations) {
      if (step === "S") count(substitutions, `${reference[i]} ${hypothesis[j]}`);
      if (step === "D") count(deletions, reference[i]);
      if (step === "I") count(insertions, hypothesis[j]);
      if (step !== "I") i++;
      if (step !== "D") j++;
    }
  }
  return {
    // Words hold no space, so one parts the two.
    substitutions: ranked(substitutions, most).map(([pair, count]) => {
      const [reference, hypothesis] = pair.split(" ");
      return { reference, hypothesis, count };
    }),
    deletions: ranked(deletions, most).map(([word, count]) => ({ word, count })),
    insertions: ranked(insertions, most).map(([word, count]) => ({ word, count })),
  };
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function ranked(counts: ReadonlyMap<string, number>, most: number): [string, number][] {
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, most);
}
