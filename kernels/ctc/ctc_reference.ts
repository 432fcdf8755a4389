/** What CTC says of one utterance; see `ctcReference`. */
export interface CtcResult {
  /** −ln p(labels | logits) · scale; 0 where no alignment exists. */
  readonly loss: number;
  /** Of the loss by the logits [length, classes]. */
  readonly gradient: Float64Array;
  readonly impossible: boolean;
}

/**
 * float64 CTC of one utterance by forward and backward variables in log space (Graves et al. 2006, equations 6 to 16), as
 * near to the paper as can be. logits [≥ length, classes], class 0 the blank.
 */
export function ctcReference(
  logits: ArrayLike<number>,
  classes: number,
  labels: ArrayLike<number>,
  length: number,
  scale = 1,
): CtcResult {
  const states = 2 * labels.length + 1;
  const classOf = (s: number) => s % 2 === 0 ? 0 : labels[(s - 1) / 2];
  const mayEnterFromTwoBack = (s: number) => s % 2 === 1 && s >= 3 && classOf(s) !== classOf(s - 2);
  const y = logProbabilities(logits, classes, length);
  const at = (t: number, s: number) => y[t * classes + classOf(s)];

  const alpha = new Float64Array(length * states).fill(-Infinity);
  for (let t = 0; t < length; t++) {
    for (let s = 0; s < states; s++) {
      let before = t === 0 && s < 2 ? 0 : -Infinity;
      if (t > 0) {
        const row = (t - 1) * states;
        before = logAdd(before, alpha[row + s]);
        if (s > 0) before = logAdd(before, alpha[row + s - 1]);
        if (mayEnterFromTwoBack(s)) before = logAdd(before, alpha[row + s - 2]);
      }
      alpha[t * states + s] = before + at(t, s);
    }
  }

  // Of what follows t, its own emission not included.
  const beta = new Float64Array(length * states).fill(-Infinity);
  for (let t = length - 1; t >= 0; t--) {
    for (let s = 0; s < states; s++) {
      let after = t === length - 1 && s >= states - 2 ? 0 : -Infinity;
      if (t < length - 1) {
        const into = (next: number) => beta[(t + 1) * states + next] + at(t + 1, next);
        after = logAdd(after, into(s));
        if (s + 1 < states) after = logAdd(after, into(s + 1));
        if (s + 2 < states && mayEnterFromTwoBack(s + 2)) after = logAdd(after, into(s + 2));
      }
      beta[t * states + s] = after;
    }
  }

  const gradient = new Float64Array(length * classes);
  let total = length === 0 && labels.length === 0 ? 0 : -Infinity;
  for (const s of [states - 1, states - 2]) {
    if (length > 0 && s >= 0) total = logAdd(total, alpha[(length - 1) * states + s]);
  }
  if (total === -Infinity) return { loss: 0, gradient, impossible: true };
  for (let t = 0; t < length; t++) {
    for (let v = 0; v < classes; v++) gradient[t * classes + v] = scale * Math.exp(y[t * classes + v]);
    for (let s = 0; s < states; s++) {
      gradient[t * classes + classOf(s)] -= scale * Math.exp(alpha[t * states + s] + beta[t * states + s] - total);
    }
  }
  return { loss: -scale * total, gradient, impossible: false };
}

/** ln softmax of the first `length` rows. */
export function logProbabilities(logits: ArrayLike<number>, classes: number, length: number): Float64Array {
  const y = new Float64Array(length * classes);
  for (let row = 0; row < y.length; row += classes) {
    let total = -Infinity;
    for (let v = 0; v < classes; v++) total = logAdd(total, logits[row + v]);
    for (let v = 0; v < classes; v++) y[row + v] = logits[row + v] - total;
  }
  return y;
}

/** ln(eᵃ + eᵇ). */
export function logAdd(a: number, b: number): number {
  const most = Math.max(a, b);
  return most === -Infinity ? most : most + Math.log1p(Math.exp(Math.min(a, b) - most));
}
