import { align, type Costs, type Operations, UNIT_COSTS } from "./alignment.ts";
import { type Interval, rateInterval } from "./bootstrap.ts";
import { byBlocks, type Source } from "./blocks.ts";
import { countsOf, errorsIn, NO_COUNTS, plus, wordErrorRate, wordsIn } from "./counts.ts";
import { editDistance } from "./distance.ts";
import type { Protocol } from "./protocols/protocol.ts";
import { wordsOf } from "./protocols/words.ts";

/** What was said and what was heard, both as they stand. Without a speaker where nobody knows. */
export interface Utterance {
  readonly id: string;
  readonly speaker?: string | null;
  readonly reference: string;
  readonly hypothesis: string;
}

/** Words under a protocol, with their alignment. */
export interface AlignedUtterance {
  readonly id: string;
  readonly speaker: string | null;
  readonly reference: readonly string[];
  readonly hypothesis: readonly string[];
  readonly operations: Operations;
}

/** The record that `score --json` prints. Rates are fractions (0.05 is 5 %). */
export interface Score {
  readonly protocol: string;
  /** Utterances that were scored, with or without words, and those that the protocol left out. */
  readonly utterances: number;
  readonly excluded: number;
  /** Words of the references. */
  readonly words: number;
  readonly correct: number;
  readonly substitutions: number;
  readonly deletions: number;
  readonly insertions: number;
  /** Errors over words of the whole corpus; null where the references have no words. */
  readonly wer: number | null;
  /** Null where fewer than five blocks leave nothing to tell it from. */
  readonly interval: Interval | null;
  /** What the interval took as independent, and how many of them. */
  readonly interval_from: Source | null;
  readonly interval_blocks: number;
  /** Characters of the references, spaces between words included, and their minimum edit distance: jiwer's convention. */
  readonly characters: number;
  readonly character_errors: number;
  readonly cer: number | null;
}

/** Normalises and aligns what the protocol does not exclude. */
export function alignUtterances(
  utterances: readonly Utterance[],
  protocol: Protocol,
  costs: Costs = UNIT_COSTS,
): AlignedUtterance[] {
  return utterances
    .filter(({ reference }) => !protocol.excludes?.(reference))
    .map(({ id, speaker, reference, hypothesis }) => {
      const words = {
        reference: wordsOf(protocol.normalise(reference)),
        hypothesis: wordsOf(protocol.normalise(hypothesis)),
      };
      return { id, speaker: speaker ?? null, ...words, operations: align(words.reference, words.hypothesis, costs) };
    });
}

/** Scores a corpus under a protocol. The order of the utterances makes no difference. */
export function score(utterances: readonly Utterance[], protocol: Protocol, costs: Costs = UNIT_COSTS): Score {
  return scoreAligned(alignUtterances(utterances, protocol, costs), protocol, utterances.length);
}

/** {@link score} of utterances aligned already, of `given` before any were left out. */
export function scoreAligned(aligned: readonly AlignedUtterance[], protocol: Protocol, given: number): Score {
  const counts = aligned.map(({ operations }) => countsOf(operations)).reduce(plus, NO_COUNTS);
  const words = wordsIn(counts);
  const { source, blocks } = byBlocks(aligned, ({ operations }) => {
    const own = countsOf(operations);
    return { errors: errorsIn(own), words: wordsIn(own) };
  });
  const interval = words === 0 ? null : rateInterval(blocks);
  let [characters, characterErrors] = [0, 0];
  for (const { reference, hypothesis } of aligned) {
    const text = [...reference.join(" ")];
    characters += text.length;
    characterErrors += editDistance(text, [...hypothesis.join(" ")]);
  }
  return {
    protocol: protocol.name,
    utterances: aligned.length,
    excluded: given - aligned.length,
    words,
    ...counts,
    wer: wordErrorRate(counts),
    interval,
    interval_from: interval === null ? null : source,
    interval_blocks: blocks.length,
    characters,
    character_errors: characterErrors,
    cer: characters === 0 ? null : characterErrors / characters,
  };
}
