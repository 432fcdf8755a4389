/**
 * P(|Z| >= z) for a standard normal Z and z >= 0, to about twelve digits however small: the series of the error function
 * (Abramowitz and Stegun 7.1.6) up to 2, Lentz's continued fraction of its complement (7.1.14) from there.
 */
export function twoSidedNormal(z: number): number {
  const x = z / Math.SQRT2;
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * sum; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 1 - 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }
  let fraction = 0;
  for (let n = 80; n >= 1; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
}
