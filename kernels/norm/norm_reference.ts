/** float64 layer norm: see `layerNorm`. */
export function layerNormReference(
  x: ArrayLike<number>,
  gamma: ArrayLike<number>,
  beta: ArrayLike<number>,
  epsilon = 1e-5,
): Float64Array {
  const width = gamma.length;
  const y = new Float64Array(x.length);
  for (let start = 0; start < x.length; start += width) {
    let mean = 0;
    for (let i = 0; i < width; i++) mean += x[start + i] / width;
    let variance = 0;
    for (let i = 0; i < width; i++) variance += (x[start + i] - mean) ** 2 / width;
    for (let i = 0; i < width; i++) {
      y[start + i] = (x[start + i] - mean) / Math.sqrt(variance + epsilon) * gamma[i] + beta[i];
    }
  }
  return y;
}

/** float64 RMS norm: see `rmsNorm`. */
export function rmsNormReference(
  x: ArrayLike<number>,
  gamma: ArrayLike<number>,
  epsilon = 1e-5,
): Float64Array {
  const width = gamma.length;
  const y = new Float64Array(x.length);
  for (let start = 0; start < x.length; start += width) {
    let square = 0;
    for (let i = 0; i < width; i++) square += x[start + i] ** 2 / width;
    for (let i = 0; i < width; i++) y[start + i] = x[start + i] / Math.sqrt(square + epsilon) * gamma[i];
  }
  return y;
}

/** Gradients of a norm's input and weights. */
export interface NormGradients {
  readonly x: Float64Array;
  readonly gamma: Float64Array;
  readonly beta: Float64Array;
}

/** float64 gradients of `layerNormReference` (`centred`) or `rmsNormReference`, given that of its result. */
export function normBackwardReference(
  x: ArrayLike<number>,
  gamma: ArrayLike<number>,
  dy: ArrayLike<number>,
  centred: boolean,
  epsilon = 1e-5,
): NormGradients {
  const width = gamma.length;
  const gradients = {
    x: new Float64Array(x.length),
    gamma: new Float64Array(width),
    beta: new Float64Array(width),
  };
  for (let start = 0; start < x.length; start += width) {
    let mean = 0;
    for (let i = 0; centred && i < width; i++) mean += x[start + i] / width;
    let square = 0;
    for (let i = 0; i < width; i++) square += (x[start + i] - mean) ** 2 / width;
    const scale = 1 / Math.sqrt(square + epsilon);
    let [meanOfG, meanOfProduct] = [0, 0];
    for (let i = 0; i < width; i++) {
      const normal = (x[start + i] - mean) * scale;
      const g = dy[start + i] * gamma[i];
      if (centred) meanOfG += g / width;
      meanOfProduct += g * normal / width;
      gradients.gamma[i] += dy[start + i] * normal;
      gradients.beta[i] += dy[start + i];
    }
    for (let i = 0; i < width; i++) {
      const normal = (x[start + i] - mean) * scale;
      gradients.x[start + i] = scale * (dy[start + i] * gamma[i] - meanOfG - normal * meanOfProduct);
    }
  }
  return gradients;
}
