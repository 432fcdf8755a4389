/** `items` in their order, in as few groups of at most `most` as hold them, as equal as can be. */
export function groups<Item>(items: readonly Item[], most: number): Item[][] {
  const count = Math.ceil(items.length / most);
  const start = (i: number): number => Math.round(i * items.length / count);
  return Array.from({ length: count }, (_, i) => items.slice(start(i), start(i + 1)));
}
