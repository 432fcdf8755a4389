/**
 * The exact central interval for the mean of a Poisson count of which `count` was seen (Garwood 1936): below its lower
 * end so many, above its upper end so few are seen with probability (1 - level) / 2 at most. For counts up to hundreds.
 */
export function poissonInterval(count: number, level: number): { lower: number; upper: number } {
  const tail = (1 - level) / 2;
  // Both probabilities are monotone in the mean, and neither end lies further off than this.
  const most = count + 10 * Math.sqrt(count + 1) + 20;
  return {
    lower: count === 0 ? 0 : crossing((mean) => 1 - atMost(count - 1, mean) >= tail, most),
    upper: crossing((mean) => atMost(count, mean) <= tail, most),
  };
}

/** P(X <= count) for a Poisson variable. */
function atMost(count: number, mean: number): number {
  let term = Math.exp(-mean);
  let sum = term;
  for (let k = 1; k <= count; k++) {
    term *= mean / k;
    sum += term;
  }
  return sum;
}

/** Where between 0 and `most` a condition that is false at first becomes true. */
function crossing(isTrue: (value: number) => boolean, most: number): number {
  let [low, high] = [0, most];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (isTrue(middle)) high = middle;
    else low = middle;
  }
  return high;
}
