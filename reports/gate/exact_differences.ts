import type { ExactDifference } from "./schema.ts";

/** Items of the exact lane by name. */
export type ExactItems = Readonly<Record<string, number | string>>;

/** Every item that is not the same in both, by name. */
export function exactDifferences(was: ExactItems, now: ExactItems): ExactDifference[] {
  const names = [...new Set([...Object.keys(was), ...Object.keys(now)])].sort();
  const of = (items: ExactItems, name: string): number | string | null =>
    Object.hasOwn(items, name) ? items[name] : null;
  return names
    .map((name) => ({ name, was: of(was, name), now: of(now, name) }))
    .filter((item) => item.was !== item.now);
}
