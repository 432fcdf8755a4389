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
