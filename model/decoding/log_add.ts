/** ln(e^a + e^b); −Infinity stands for the probability 0. */
export function logAdd(a: number, b: number): number {
  const high = a > b ? a : b;
  const difference = (a > b ? b : a) - high;
  // NaN where both are −Infinity.
  return difference > -40 ? high + Math.log1p(Math.exp(difference)) : high;
}
