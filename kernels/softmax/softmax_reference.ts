/** float64 softmax or its logarithm over rows of `n`: see `softmax` and `logSoftmax`. */
export function softmaxReference(x: ArrayLike<number>, n: number, logarithm: boolean): Float64Array {
  const y = new Float64Array(x.length);
  for (let start = 0; start < x.length; start += n) {
    let largest = -Infinity;
    for (let i = 0; i < n; i++) largest = Math.max(largest, x[start + i]);
    let total = 0;
    for (let i = 0; i < n; i++) total += Math.exp(x[start + i] - largest);
    for (let i = 0; i < n; i++) {
      const shifted = x[start + i] - largest;
      y[start + i] = logarithm ? shifted - Math.log(total) : Math.exp(shifted) / total;
    }
  }
  return y;
}

/** float64 gradient of `softmaxReference`'s input, given that of its result. */
export function softmaxBackwardReference(
  x: ArrayLike<number>,
  dy: ArrayLike<number>,
  n: number,
  logarithm: boolean,
): Float64Array {
  const y = softmaxReference(x, n, logarithm);
  const dx = new Float64Array(x.length);
  for (let start = 0; start < x.length; start += n) {
    let sum = 0;
    for (let i = start; i < start + n; i++) sum += logarithm ? dy[i] : y[i] * dy[i];
    for (let i = start; i < start + n; i++) {
      dx[i] = logarithm ? dy[i] - Math.exp(y[i]) * sum : y[i] * (dy[i] - sum);
    }
  }
  return dx;
}
