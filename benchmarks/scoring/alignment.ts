/** What the three kinds of error cost an alignment; whole numbers. */
export interface Costs {
  readonly substitution: number;
  readonly insertion: number;
  readonly deletion: number;
  /** Among alignments of equal cost, whether the one with the fewest substitutions (the most correct words) is taken. */
  readonly fewestSubstitutions: boolean;
}

/**
 * One for each error, which makes the error count the minimum edit distance, as jiwer and Kaldi have it. The tie rule
 * makes S, D, I and C properties of the two texts: errors and the difference D - I are the same in every alignment of
 * least cost, so S decides the rest.
 */
export const UNIT_COSTS: Costs = { substitution: 1, insertion: 1, deletion: 1, fewestSubstitutions: true };

/**
 * What NIST's sclite charges (SCTK 2.4.10). Its least cost is not always the fewest errors: three insertions and three
 * deletions (18) are cheaper than five substitutions (20).
 */
export const SCLITE_COSTS: Costs = { substitution: 4, insertion: 3, deletion: 3, fewestSubstitutions: false };

/** An alignment from left to right, one letter a step: C correct, S substitution, D deletion, I insertion. */
export type Operations = string;

/** More cells than this would not fit one typed array of back pointers, nor costs 32 bits. */
const MOST_CELLS = 2e9;

const DIAGONAL = 0;
const INSERTION = 1;
const DELETION = 2;

/**
 * Aligns two sequences of words (or characters) at least cost, in time and bytes of their lengths' product.
 *
 * Of several such alignments it gives the one found by walking back from the ends and preferring, at each step, a pair
 * (correct or substituted) to an insertion to a deletion. With {@link SCLITE_COSTS} this is sclite's own alignment, step
 * for step. Throws RangeError where the sequences are too long for memory (44,000 words against as many).
 */
export function align(reference: readonly string[], hypothesis: readonly string[], costs = UNIT_COSTS): Operations {
  const [rows, columns] = [reference.length, hypothesis.length];
  if ((rows + 1) * (columns + 1) > MOST_CELLS) {
    throw new RangeError(`${rows} words against ${columns} are too many to align at once; split the transcript`);
  }
  const [a, b] = numbered(reference, hypothesis);
  // The tie rule is a fraction of a cost: one unit each, where no number of substitutions adds up to an error.
  const scale = costs.fewestSubstitutions ? Math.min(rows, columns) + 1 : 1;
  const substitution = costs.substitution * scale + (costs.fewestSubstitutions ? 1 : 0);
  const insertion = costs.insertion * scale;
  const deletion = costs.deletion * scale;

  const width = columns + 1;
  const back = new Uint8Array((rows + 1) * width);
  let above = new Uint32Array(width);
  let row = new Uint32Array(width);
  for (let j = 1; j <= columns; j++) {
    above[j] = j * insertion;
    back[j] = INSERTION;
  }
  for (let i = 1; i <= rows; i++) {
    const word = a[i - 1];
    const start = i * width;
    row[0] = i * deletion;
    back[start] = DELETION;
    for (let j = 1; j <= columns; j++) {
      let best = above[j - 1] + (word === b[j - 1] ? 0 : substitution);
      let step = DIAGONAL;
      if (row[j - 1] + insertion < best) {
        best = row[j - 1] + insertion;
        step = INSERTION;
      }
      if (above[j] + deletion < best) {
        best = above[j] + deletion;
        step = DELETION;
      }
      row[j] = best;
      back[start + j] = step;
    }
    [above, row] = [row, above];
  }
  return walkedBack(a, b, back);
}

function walkedBack(a: Uint32Array, b: Uint32Array, back: Uint8Array): Operations {
  const width = b.length + 1;
  const steps: string[] = [];
  let [i, j] = [a.length, b.length];
  while (i > 0 || j > 0) {
    const step = back[i * width + j];
    if (step === INSERTION) {
      steps.push("I");
      j--;
    } else if (step === DELETION) {
      steps.push("D");
      i--;
    } else {
      steps.push(a[--i] === b[--j] ? "C" : "S");
    }
  }
  return steps.reverse().join("");
}

/** Both sequences with each different word as a number of its own, which compare faster than strings. */
function numbered(reference: readonly string[], hypothesis: readonly string[]): [Uint32Array, Uint32Array] {
  const numbers = new Map<string, number>();
  const number = (word: string): number => {
    const known = numbers.get(word);
    if (known !== undefined) return known;
    numbers.set(word, numbers.size);
    return numbers.size - 1;
  };
  return [Uint32Array.from(reference, number), Uint32Array.from(hypothesis, number)];
}
