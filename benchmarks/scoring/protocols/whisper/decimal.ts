/** Digits of any script as ASCII, as Python's `int` reads them. */
export function asciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => {
    // Digits of a script stand together, zero first.
    const code = digit.codePointAt(0)!;
    let zero = code;
    while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
    return String((code - zero) % 10);
  });
}

/**
 * `text` times `factor` where that is whole, exactly: "0.5" times a million is 500,000. Null where it is not, or where
 * the text is no decimal number (such as "1.2.3"). Reads what Python's `Fraction` does, "5." and ".5" among it.
 */
export function wholeProduct(text: string, factor: bigint): bigint | null {
  const parts = /^(?=\.?\d)(\d*)(?:\.(\d*))?$/.exec(asciiDigits(text));
  if (parts === null) return null;
  const decimals = parts[2] ?? "";
  const product = BigInt(parts[1] + decimals) * factor;
  const unit = 10n ** BigInt(decimals.length);
  return product % unit === 0n ? product / unit : null;
}
