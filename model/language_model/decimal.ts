const POWERS = Float64Array.from({ length: 23 }, (_, i) => 10 ** i);

/**
 * The number that stands in bytes[from … to), as `Number` reads it, but without a string: NaN for anything else. Decimals
 * of up to 15 digits, which is what ARPA files hold, take the quick way (exact: Clinger 1990), others that of `Number`.
 */
export function parseDecimal(bytes: Uint8Array, from: number, to: number): number {
  let i = from;
  const negative = bytes[i] === 45;
  if (negative) i++;
  let mantissa = 0;
  let digits = 0;
  let decimals = 0;
  let point = false;
  for (; i < to; i++) {
    const digit = bytes[i] - 48;
    if (digit >= 0 && digit <= 9) {
      mantissa = 10 * mantissa + digit;
      digits++;
      if (point) decimals++;
    } else if (bytes[i] === 46 && !point) point = true;
    else break;
  }
  if (i === to && digits > 0 && digits <= 15) return (negative ? -mantissa : mantissa) / POWERS[decimals];
  const text = String.fromCharCode(...bytes.subarray(from, Math.min(to, from + 64)));
  if (/^[+-]?inf(inity)?$/i.test(text)) return text[0] === "-" ? -Infinity : Infinity;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
}
