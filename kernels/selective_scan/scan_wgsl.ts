import { siluFunction } from "../activation_wgsl.ts";
import { unroll } from "../gpu/mod.ts";

/**
 * softplus(x) = max(x, 0) + log1p(e^−|x|). GPUs' logarithm has only an absolute error bound near 1, which a step of 10⁻³
 * would feel in its fourth digit, so log1p(e) = 2 artanh(e / (2 + e)) is a polynomial (relative error 4·10⁻⁹).
 */
export const SOFTPLUS = `
fn softplus(x: f32) -> f32 {
  let e = exp(-abs(x));
  let s = e / (2.0 + e);
  let q = s * s;
  let p = fma(fma(fma(fma(0.28157778, q, 0.27965158), q, 0.40024597), q, 0.66666323), q, 2.0);
  return fma(s, p, max(x, 0.0));
}`;

/** SiLU(x) = x / (1 + e^−x), without an infinity for very negative x. */
export const SILU: string = `
${siluFunction("silu", "f32")}`;

/** σ(x) = 1 / (1 + e^−x), which SiLU(x) = x σ(x) and softplus' derivative need; without an infinity likewise. */
export const SIGMOID = `
fn sigmoid(x: f32) -> f32 { return 1.0 / (1.0 + exp(min(-x, 80.0))); }`;

/** Declares a0 …: A log₂e = −exp(aLog) log₂e of channel `d`, so that a decay is one exp2. `quads` vec4s a channel. */
export function loadRates(quads: number): string {
  return unroll(quads, (j) => `let a${j} = -1.4426950408889634 * exp(a_log[d * ${quads}u + ${j}u]);`);
}

/** h ← exp2(dt a) h + x B over all states; `b(j)` is the j-th vec4 of B. */
export function advance(quads: number, dt: string, x: string, b: (j: number) => string): string {
  return unroll(quads, (j) => `h${j} = fma(exp2(${dt} * a${j}), h${j}, ${x} * ${b(j)});`);
}

/** Declares `name` = C · h; `c(j)` is the j-th vec4 of C. */
export function readOut(quads: number, name: string, c: (j: number) => string): string {
  const terms = unroll(quads - 1, (j) => `${name}v = fma(${c(j + 1)}, h${j + 1}, ${name}v);`);
  return `var ${name}v = ${c(0)} * h0;
${terms}
var ${name} = (${name}v.x + ${name}v.y) + (${name}v.z + ${name}v.w);`;
}
