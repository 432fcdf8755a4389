/** Index of each row's largest element, the lowest of equals, never NaN's (but 0 where there is nothing else). */
export function argmaxReference(x: ArrayLike<number>, n: number): number[] {
  return Array.from({ length: x.length / n }, (_, row) => {
    let best = -1;
    for (let i = 0; i < n; i++) {
      const v = x[row * n + i];
      if (!Number.isNaN(v) && (best < 0 || v > x[row * n + best])) best = i;
    }
    return Math.max(best, 0);
  });
}
