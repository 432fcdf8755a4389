import { geluFunction } from "../activation_wgsl.ts";
import type { Activation } from "./activation.ts";

/** σ(x), without an infinity for very negative x. */
const SIGMOID = "let s = 1.0 / (1.0 + exp(min(-x, T(80.0))));";

/**
 * Bodies of the derivatives, of `x` of type T. GELU's is Φ(x) + x φ(x), where Φ(x) = gelu(x) / x, or its tangent at 0; that
 * of the sigmoid is written in e^−|x|, which does not cancel for large x.
 */
const BODIES: Record<Activation, string> = {
  silu: `${SIGMOID} return s * (1.0 + x * (1.0 - s));`,
  gelu: `
  let cdf = select(gelu_of_slope(x) / x, 0.5 + 0.3989422804014327 * x, abs(x) < T(1e-3));
  return cdf + x * 0.3989422804014327 * exp(-0.5 * min(x * x, T(160.0)));`,
  relu: "return select(T(0.0), T(1.0), x > T(0.0));",
  softplus: `${SIGMOID} return s;`,
  sigmoid: "let e = exp(-min(abs(x), T(80.0))); let t = 1.0 / (1.0 + e); return e * t * t;",
};

/** WGSL of the function `name` that is the derivative of an activation at T, f32 or vec4f. */
export function slopeFunction(kind: Activation, name: string, type: "f32" | "vec4f"): string {
  return `${kind === "gelu" ? geluFunction("gelu_of_slope", type) : ""}
fn ${name}(x: ${type}) -> ${type} { ${BODIES[kind].replaceAll(/\bT\b/g, type)} }`;
}
