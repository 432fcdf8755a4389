/**
 * Levels of the two-sided intervals that a group-sequential test draws at its successive `looks` (counts of pairs,
 * ascending) at each of `tests` quantities, so that the chance that any of them misses the truth is at most `alpha`:
 * `alpha` is spent in proportion to the pairs seen (Lan and DeMets 1983 with a linear spending function), shared evenly
 * between the quantities, and summed up by Bonferroni's inequality, which holds whatever the dependence. Throws RangeError.
 */
export function spentLevels(looks: readonly number[], alpha: number, tests: number): number[] {
  if (looks.length === 0 || looks.some((pairs, i) => !(pairs > (looks[i - 1] ?? 0)))) {
    throw new RangeError(`looks ${looks.join(", ")}: must be one or more counts that ascend`);
  }
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha ${alpha}: must lie between 0 and 1`);
  if (!(Number.isInteger(tests) && tests >= 1)) throw new RangeError(`${tests} tests: must be a whole number from 1`);
  const last = looks[looks.length - 1];
  return looks.map((pairs, i) => 1 - alpha * (pairs - (looks[i - 1] ?? 0)) / last / tests);
}
