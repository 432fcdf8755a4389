import { byBlocks, type Source } from "./blocks.ts";
import { differenceInterval, type Interval } from "./bootstrap.ts";
import { countsOf, errorsIn, wordsIn } from "./counts.ts";
import { type MatchedPairs, matchedPairs } from "./mapsswe.ts";
import type { Protocol } from "./protocols/protocol.ts";
import { alignUtterances, type Score, scoreAligned, type Utterance } from "./score.ts";

/** Two systems on the same utterances. Rates are fractions; differences are the first system's less the second's. */
export interface Comparison {
  readonly protocol: string;
  readonly a: Score;
  readonly b: Score;
  readonly difference: {
    /** Null where the references have no words. */
    readonly wer: number | null;
    readonly interval: Interval | null;
    readonly interval_from: Source | null;
  };
  readonly mapsswe: MatchedPairs;
}

/** Compares two systems; both lists hold the same utterances, references and speakers, in the same order. */
export function compare(a: readonly Utterance[], b: readonly Utterance[], protocol: Protocol): Comparison {
  if (a.length !== b.length || a.some(({ id, reference }, i) => id !== b[i].id || reference !== b[i].reference)) {
    throw new RangeError("two systems can only be compared on the same utterances in the same order");
  }
  const [first, second] = [a, b].map((utterances) => alignUtterances(utterances, protocol));
  const pairs = first.map(({ id, speaker, operations }, i) => ({
    id,
    speaker,
    a: operations,
    b: second[i].operations,
  }));
  const [scoreA, scoreB] = [first, second].map((aligned) => scoreAligned(aligned, protocol, a.length));
  const { source, blocks } = byBlocks(pairs, (pair) => {
    const [own, other] = [countsOf(pair.a), countsOf(pair.b)];
    return { errors: errorsIn(own) - errorsIn(other), words: wordsIn(own) };
  });
  const known = scoreA.wer !== null && scoreB.wer !== null;
  const interval = known ? differenceInterval(blocks) : null;
  return {
    protocol: protocol.name,
    a: scoreA,
    b: scoreB,
    difference: {
      wer: known ? scoreA.wer - scoreB.wer : null,
      interval,
      interval_from: interval === null ? null : source,
    },
    mapsswe: matchedPairs(pairs),
  };
}
