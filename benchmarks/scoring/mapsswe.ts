import type { Operations } from "./alignment.ts";
import { twoSidedNormal } from "./normal.ts";

/** Words in a row that both systems must have right for what lies before and after to count as independent. */
const BOUNDARY = 2;

/** One utterance as two systems heard it: alignments with the same reference. */
export interface PairedAlignment {
  readonly a: Operations;
  readonly b: Operations;
}

/** Errors of each system in a stretch of speech that is bounded by words both have right. */
export interface Segment {
  readonly a: number;
  readonly b: number;
}

/** Outcome of the matched-pair sentence-segment word error test. */
export interface MatchedPairs {
  readonly segments: number;
  /** Mean and deviation (n - 1) of the first system's errors less the second's, per segment. */
  readonly mean: number;
  readonly deviation: number;
  readonly z: number;
  /** Two-sided: how often systems that err alike would differ this much. */
  readonly p: number;
}

/**
 * The stretches in which at least one of two systems errs, with their errors. A stretch ends where both have two words
 * in a row right with nothing inserted between them, and at the utterance's end (Gillick and Cox 1989).
 */
export function segmentsOf({ a, b }: PairedAlignment): Segment[] {
  const [first, second] = [slots(a), slots(b)];
  if (first.length !== second.length) throw new RangeError("alignments of two different references");
  const segments: Segment[] = [];
  let errors = { a: 0, b: 0 };
  let right = 0;
  first.forEach((slot, i) => {
    const other = second[i];
    const inserted = slot.inserted + other.inserted;
    errors = { a: errors.a + slot.inserted, b: errors.b + other.inserted };
    if (inserted > 0) right = 0;
    errors = { a: errors.a + slot.wrong, b: errors.b + other.wrong };
    right = slot.wrong + other.wrong > 0 ? 0 : right + 1;
    if (right >= BOUNDARY || i === first.length - 1) {
      if (errors.a + errors.b > 0) segments.push(errors);
      errors = { a: 0, b: 0 };
    }
  });
  return segments;
}

/**
 * NIST's matched-pair sentence-segment word error test (MAPSSWE, as sc_stats of SCTK 2.4.10): whether the mean
 * difference in errors per segment is zero, by the normal distribution. A few dozen segments are the least to rely on.
 * Where all segments differ alike there is no deviation to divide by: z is 0, as sc_stats has it, but p that of the
 * sign test, so that 15 errors against none do not pass for chance.
 */
export function matchedPairs(utterances: readonly PairedAlignment[]): MatchedPairs {
  const differences = utterances.flatMap(segmentsOf).map(({ a, b }) => a - b);
  const segments = differences.length;
  if (segments === 0) return { segments, mean: 0, deviation: 0, z: 0, p: 1 };
  const mean = differences.reduce((sum, value) => sum + value, 0) / segments;
  const squares = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = squares === 0 ? 0 : Math.sqrt(squares / (segments - 1));
  const z = deviation === 0 ? 0 : mean / (deviation / Math.sqrt(segments));
  const p = deviation === 0 && mean !== 0 ? 2 ** (1 - segments) : twoSidedNormal(Math.abs(z));
  return { segments, mean, deviation, z, p };
}

/** A word of the reference, and what was inserted before it. The last slot holds what was inserted after all of them. */
interface Slot {
  inserted: number;
  wrong: number;
}

function slots(operations: Operations): Slot[] {
  const found: Slot[] = [{ inserted: 0, wrong: 0 }];
  for (const step of operations) {
    const last = found[found.length - 1];
    if (step === "I") {
      last.inserted++;
    } else {
      last.wrong = step === "C" ? 0 : 1;
      found.push({ inserted: 0, wrong: 0 });
    }
  }
  return found;
}
