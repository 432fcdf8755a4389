import type { Activation } from "./activation.ts";

/** float64 erf by its series (small arguments) and by the continued fraction of erfc (Abramowitz and Stegun 7.1.6, 7.1.14). */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a > 6) return Math.sign(x);
  if (a < 2.5) {
    let term = a;
    let sum = a;
    for (let n = 1; Math.abs(term) > 1e-18 * sum; n++) sum += term *= 2 * a * a / (2 * n + 1);
    return Math.sign(x) * 2 / Math.sqrt(Math.PI) * Math.exp(-a * a) * sum;
  }
  let fraction = 0;
  for (let n = 80; n >= 1; n--) fraction = n / 2 / (a + fraction);
  return Math.sign(x) * (1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + fraction));
}

/** float64 of one element: see `activation`. */
export const activationReference: Record<Activation, (x: number) => number> = {
  silu: (x) => x / (1 + Math.exp(-x)),
  gelu: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  relu: (x) => Math.max(x, 0),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};

const sigmoid = activationReference.sigmoid;

/** float64 derivative of each `activationReference`. */
export const slopeReference: Record<Activation, (x: number) => number> = {
  silu: (x) => sigmoid(x) * (1 + x * sigmoid(-x)),
  gelu: (x) => 0.5 * (1 + erf(x / Math.SQRT2)) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI),
  relu: (x) => Number(x > 0),
  softplus: sigmoid,
  sigmoid: (x) => sigmoid(x) * sigmoid(-x),
};

/** float64 sinusoid of one position and channel: see `addPositions`. */
export function sinusoidReference(position: number, channel: number, d: number): number {
  const half = d / 2;
  const frequency = 10000 ** (-(channel % half) / (half - 1));
  return channel < half ? Math.sin(position * frequency) : Math.cos(position * frequency);
}
