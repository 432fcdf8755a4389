import type { Gpu, Tensor } from "../gpu/mod.ts";

/** ‖actual − expected‖ / ‖expected‖ in float64; NaN where either holds one. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) throw new Error(`${actual.length} values, expected ${expected.length}`);
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i] - expected[i]) ** 2;
    norm += expected[i] ** 2;
  }
  return norm === 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm);
}

/** Fails unless the relative error is at most `tolerance`, naming the element that is furthest off. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = "",
): void {
  const error = relativeError(actual, expected);
  if (error <= tolerance) return; // NaN is not
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const off = Math.abs(actual[i] - expected[i]);
    if (Number.isNaN(actual[i]) || off > Math.abs(actual[worst] - expected[worst])) worst = i;
    if (Number.isNaN(actual[i])) break;
  }
  throw new Error(
    `${what || "result"}: relative error ${error.toExponential(2)} > ${tolerance.toExponential(1)}; ` +
      `element ${worst} of ${expected.length} is ${actual[worst]}, expected ${expected[worst]}`,
  );
}

/** Reads a tensor and compares it with a float64 reference. */
export async function assertTensor(
  gpu: Gpu,
  actual: Tensor,
  expected: ArrayLike<number>,
  tolerance = 2e-6,
  what = "",
): Promise<void> {
  assertClose(await gpu.read(actual), expected, tolerance, what);
}
