/**
 * P(|T| <= t) for Student's t with a whole number of degrees of freedom: the finite sums of Abramowitz and Stegun
 * 26.7.3 and 26.7.4 in the angle atan(t / sqrt(df)), exact to rounding.
 */
function centralProbability(angle: number, degreesOfFreedom: number): number {
  const sin = Math.sin(angle);
  const cos = Math.cos(angle);
  const odd = degreesOfFreedom % 2 === 1;
  let term = odd ? cos : 1;
  let sum = 0;
  for (let k = odd ? 1 : 0; k <= degreesOfFreedom - 2; k += 2) {
    sum += term;
    term *= cos * cos * (k + 1) / (k + 2);
  }
  return odd ? (2 / Math.PI) * (angle + sin * sum) : sin * sum;
}

/** The t with P(|T| <= t) = `level` for Student's t with a whole number (>= 1) of degrees of freedom. */
export function twoSidedT(level: number, degreesOfFreedom: number): number {
  if (!(level > 0 && level < 1)) throw new RangeError(`level ${level}: must lie between 0 and 1`);
  if (!(Number.isInteger(degreesOfFreedom) && degreesOfFreedom >= 1)) {
    throw new RangeError(`${degreesOfFreedom} degrees of freedom: needs a whole number of at least 1`);
  }
  let low = 0;
  let high = Math.PI / 2;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (centralProbability(middle, degreesOfFreedom) < level) low = middle;
    else high = middle;
  }
  return Math.sqrt(degreesOfFreedom) * Math.tan((low + high) / 2);
}
