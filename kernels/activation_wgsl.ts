/** The non-linearities that several kernels fuse, as WGSL: one formula each, whatever ends with it. */

/** SiLU(x) = x / (1 + e^−x) as an expression of the f32 variable `x`, without an infinity for very negative x. */
export function siluExpression(x: string): string {
  return `${x} / (1.0 + exp(min(-${x}, 80.0)))`;
}

/** WGSL of the function `name` that is SiLU of T, f32 or vec4f. */
export function siluFunction(name: string, type: "f32" | "vec4f"): string {
  const body = type === "f32" ? siluExpression("x") : "x / (1.0 + exp(min(-x, vec4f(80.0))))";
  return `fn ${name}(x: ${type}) -> ${type} { return ${body}; }`;
}

/**
 * WGSL of the function `name` that is the exact GELU, x·Φ(x), of T. Φ(−|x|) = erfc(|x| / √2) / 2 by the Chebyshev fit of
 * Numerical Recipes (erfcc), relative error below 1.2·10⁻⁷: 1 + erf would cancel in the negative tail.
 */
export function geluFunction(name: string, type: "f32" | "vec4f"): string {
  return `
fn ${name}(x: ${type}) -> ${type} {
  let z = min(abs(x) * 0.7071067811865476, ${type}(9.0));
  let t = 1.0 / (1.0 + 0.5 * z);
  let p = -1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806
    + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
  let tail = 0.5 * t * exp(p - z * z);
  return x * select(1.0 - tail, tail, x < ${type}());
}`;
}
