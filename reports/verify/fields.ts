import { fieldPath } from "../field_path.ts";

/** A field that holds no further ones. */
export interface Field {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

/** Every field of a JSON value that holds no further ones, empty lists and records among them, in their order. */
export function fieldsOf(value: unknown, path: readonly (string | number)[] = []): Field[] {
  if (typeof value !== "object" || value === null) return [{ path, value }];
  const inner: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  if (inner.length === 0) return [{ path, value }];
  return inner.flatMap(([key, one]) => fieldsOf(one, [...path, key]));
}

/** Records whose keys are data: names of engines, limits, tags. */
const RECORDS = ["limits", "seeds", "parameters", "ledger_peak_by_tag", "settings", "weights", "models"];

/** A path with its indices and the keys that are data left out: rows[].memory.ledger_peak_by_tag.* */
export function pathPattern(path: readonly (string | number)[]): string {
  const parts: string[] = [];
  path.forEach((part, i) => {
    const isData = i > 0 && parts[i - 1] !== "*" && RECORDS.includes(parts[i - 1]);
    parts.push(typeof part === "number" ? "[]" : isData ? "*" : part);
  });
  return fieldPath(parts).replaceAll(".[]", "[]");
}
