/** How much each unit is of the one that its kind is compared in. */
const UNITS: Readonly<Record<string, number>> = {
  "µs": 1e-6,
  "ms": 1e-3,
  "s": 1,
  "min": 60,
  "h": 3600,
  "B": 1,
  "KiB": 2 ** 10,
  "MiB": 2 ** 20,
  "GiB": 2 ** 30,
};

/**
 * The number that a cell begins with, in seconds or bytes where a unit follows: 0.0456 of "45.6 ms [45.1, 46.0] †", 22.78
 * of "22.78 % [17.86, 28.30]"; null of a cell that begins with none.
 */
export function leadingNumber(text: string): number | null {
  const found = /^([-−+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?)(?:[\s\u00a0]*(µs|ms|s|min|h|B|KiB|MiB|GiB)(?![\p{L}\d]))?/u
    .exec(text.trim());
  if (found === null) return null;
  const value = Number(found[1].replaceAll(",", "").replace("−", "-"));
  return value * (found[2] === undefined ? 1 : UNITS[found[2]]);
}

/**
 * The order of rows by one column's texts, as indices: by number where every cell that is not empty begins with one, else
 * by the alphabet, digits in it by their value. Cells that say nothing ("", "–") and, among numbers, other words come last
 * in either direction; equal cells stay in their order.
 */
export function sortedOrder(texts: readonly string[], descending: boolean): number[] {
  const told = texts.map((text) => ["", "–", "-"].includes(text.trim()) ? null : text.trim());
  const numbers = told.map((text) => text === null ? null : leadingNumber(text));
  const count = numbers.filter((value) => value !== null).length;
  // A column of figures may hold a remark in place of one: "(412 s predicted)".
  const byNumber = count > 0 && 2 * count >= told.filter((text) => text !== null).length;
  const missing = (i: number): boolean => (byNumber ? numbers[i] : told[i]) === null;
  const compare = (a: number, b: number): number => {
    if (missing(a) || missing(b)) return Number(missing(a)) - Number(missing(b));
    const order = byNumber
      ? (numbers[a] ?? 0) - (numbers[b] ?? 0)
      : (told[a] ?? "").localeCompare(told[b] ?? "", "en", { numeric: true });
    return descending ? -order : order;
  };
  return texts.map((_, i) => i).sort((a, b) => compare(a, b) || a - b);
}
