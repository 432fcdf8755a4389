/**
 * The least number of substitutions, deletions and insertions that turn `a` into `b`, without the alignment: 32 rows of
 * the table at a time in bits, so that the characters of half an hour of speech take a fraction of a second (Myers
 * 1999, with blocks as in Hyyrö 2003).
 */
export function editDistance(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0) return b.length;
  const blocks = Math.ceil(a.length / 32);
  const rowsOf = occurrences(a, blocks);
  // Vertical differences of the current column: +1 in `plus`, -1 in `minus`. The first column counts deletions.
  const plus = new Int32Array(blocks).fill(-1);
  const minus = new Int32Array(blocks);
  const lastRow = 1 << ((a.length - 1) % 32);
  const nowhere = new Int32Array(blocks);
  let distance = a.length;
  for (const symbol of b) {
    const rows = rowsOf.get(symbol) ?? nowhere;
    // The horizontal difference that enters from above; the first row counts insertions.
    let carry = 1;
    for (let block = 0; block < blocks; block++) {
      const [up, down] = [plus[block], minus[block]];
      const equal = rows[block] | (carry < 0 ? 1 : 0);
      const vertical = rows[block] | down;
      const horizontal = (((equal & up) + up) ^ up) | equal;
      const rising = down | ~(horizontal | up);
      const falling = up & horizontal;
      const bottom = block === blocks - 1 ? lastRow : 1 << 31;
      const shiftedRising = (rising << 1) | (carry > 0 ? 1 : 0);
      const shiftedFalling = (falling << 1) | (carry < 0 ? 1 : 0);
      plus[block] = shiftedFalling | ~(vertical | shiftedRising);
      minus[block] = shiftedRising & vertical;
      carry = (rising & bottom) !== 0 ? 1 : (falling & bottom) !== 0 ? -1 : 0;
    }
    distance += carry;
  }
  return distance;
}

/** For each symbol of `a`, the rows where it stands, a bit each. */
function occurrences(a: readonly string[], blocks: number): Map<string, Int32Array> {
  const found = new Map<string, Int32Array>();
  a.forEach((symbol, row) => {
    let bits = found.get(symbol);
    if (bits === undefined) found.set(symbol, bits = new Int32Array(blocks));
    bits[row >> 5] |= 1 << (row & 31);
  });
  return found;
}
