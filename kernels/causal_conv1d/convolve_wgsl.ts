import { siluExpression } from "../activation_wgsl.ts";

/** The sum over taps, newest row last. */
export function convolve(taps: number, input: (k: number) => string): string {
  return Array.from({ length: taps }, (_, k) => k).reduce((sum, k) => `fma(w${k}, ${input(k)}, ${sum})`, "b");
}

/** SiLU where asked. */
export function activate(x: string, silu: boolean): string {
  return silu ? siluExpression(x) : x;
}
