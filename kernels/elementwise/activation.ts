import { geluFunction, siluFunction } from "../activation_wgsl.ts";
import type { Gpu, GradientTarget, Tensor } from "../gpu/mod.ts";
import { slopeFunction } from "./activation_slope.ts";
import { launchMap, launchMapInto } from "./map.ts";

/** The non-linearities that the models use. */
export type Activation = "silu" | "gelu" | "relu" | "softplus" | "sigmoid";

/** exp of at most 88 stays finite, which WGSL does not promise otherwise. */
const SIGMOID = `
fn sigmoid4(x: vec4f) -> vec4f { return 1.0 / (1.0 + exp(min(-x, vec4f(88.0)))); }`;

/** SiLU as the function silu4: what `gate` fuses. */
export const SILU_WGSL: string = siluFunction("silu4", "vec4f");

/** log(1 + e) loses all digits of a small e = exp(−|x|), so there its series stands instead. */
const SOFTPLUS = `
fn softplus4(x: vec4f) -> vec4f {
  let e = exp(-abs(x));
  let series = e * (1.0 - e * (0.5 - e * (0.33333333 - e * (0.25 - e * (0.2 - e * 0.16666667)))));
  return max(x, vec4f()) + select(log(1.0 + e), series, e < vec4f(0.05));
}`;

const FUNCTIONS: Record<Activation, string> = {
  silu: SILU_WGSL,
  gelu: geluFunction("gelu4", "vec4f"),
  relu: "fn relu4(x: vec4f) -> vec4f { return max(x, vec4f()); }",
  softplus: SOFTPLUS,
  sigmoid: SIGMOID,
};

/**
 * Element by element: silu x·σ(x), gelu x·Φ(x) (the exact form), relu max(x, 0), softplus log(1 + eˣ), sigmoid
 * 1 / (1 + e⁻ˣ).
 */
export function activation(gpu: Gpu, x: Tensor, kind: Activation): Tensor {
  const y = launchMap(gpu, { name: kind, expression: `${kind}4(a)`, functions: FUNCTIONS[kind] }, [x]);
  gpu.tape?.record(kind, [x], [y], [x], (tape) => {
    const dy = tape.gradientOf(y);
    const target = tape.gradientInto(x);
    if (dy && target) launchActivationBackward(gpu, kind, x, dy, target);
  });
  return y;
}

/** The gradient of `activation`: dy times the slope at x. */
export function launchActivationBackward(
  gpu: Gpu,
  kind: Activation,
  x: Tensor,
  dy: Tensor,
  target: GradientTarget,
): void {
  const functions = slopeFunction(kind, "slope", "vec4f");
  launchMapInto(gpu, { name: `${kind} backward`, expression: "b * slope(a)", functions }, [x, dy], target);
}
