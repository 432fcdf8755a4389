import type { Gpu, Tensor } from "../gpu/mod.ts";
import { launchMap } from "./map.ts";

/** The non-linearities that the models use. */
export type Activation = "silu" | "gelu" | "relu" | "softplus" | "sigmoid";

/** exp of at most 88 stays finite, which WGSL does not promise otherwise. */
const SIGMOID = `
fn sigmoid4(x: vec4f) -> vec4f { return 1.0 / (1.0 + exp(min(-x, vec4f(88.0)))); }`;

/** x · sigmoid(x), as the function silu4: what `gate` fuses. */
export const SILU_WGSL: string = `${SIGMOID}
fn silu4(x: vec4f) -> vec4f { return x * sigmoid4(x); }`;

/**
 * erf as a rational function x·P(x²)/Q(x²) on [−4, 4], beyond which float32 rounds it to ±1 (the coefficients of Eigen's
 * float erf): a few units in the last place, without the exponential of the shorter formulas.
 */
const GELU = `
fn erf4(v: vec4f) -> vec4f {
  let x = clamp(v, vec4f(-4.0), vec4f(4.0));
  let s = x * x;
  let p = ((((((-2.72614225801306e-10 * s + 2.77068142495902e-08) * s - 2.10102402082508e-06) * s
    - 5.69250639462346e-05) * s - 7.34990630326855e-04) * s - 2.95459980854025e-03) * s - 1.60960333262415e-02);
  let q = ((((-1.45660718464996e-05 * s - 2.13374055278905e-04) * s - 1.68282697438203e-03) * s
    - 7.37332916720468e-03) * s - 1.42647390514189e-02);
  return x * p / q;
}
fn gelu4(x: vec4f) -> vec4f { return 0.5 * x * (1.0 + erf4(x * 0.70710678118654752)); }`;

/** log(1 + e) loses all digits of a small e = exp(−|x|), so there its series stands instead. */
const SOFTPLUS = `
fn softplus4(x: vec4f) -> vec4f {
  let e = exp(-abs(x));
  let series = e * (1.0 - e * (0.5 - e * (0.33333333 - e * (0.25 - e * (0.2 - e * 0.16666667)))));
  return max(x, vec4f()) + select(log(1.0 + e), series, e < vec4f(0.05));
}`;

const FUNCTIONS: Record<Activation, string> = {
  silu: SILU_WGSL,
  gelu: GELU,
  relu: "fn relu4(x: vec4f) -> vec4f { return max(x, vec4f()); }",
  softplus: SOFTPLUS,
  sigmoid: SIGMOID,
};

/**
 * Element by element: silu x·σ(x), gelu x·Φ(x) (the exact form, with erf), relu max(x, 0), softplus log(1 + eˣ), sigmoid
 * 1 / (1 + e⁻ˣ).
 */
export function activation(gpu: Gpu, x: Tensor, kind: Activation): Tensor {
  return launchMap(gpu, { name: kind, expression: `${kind}4(a)`, functions: FUNCTIONS[kind] }, [x]);
}
