/** A path as a person would write it: rows[3].seconds.median; "" for the whole. */
export function fieldPath(path: readonly PropertyKey[]): string {
  return path.map((part) => typeof part === "number" ? `[${part}]` : `.${String(part)}`).join("").replace(/^\./, "");
}
