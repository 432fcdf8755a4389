/**
 * The dotted path among `known` that is most like one that was typed: by the whole path, or by its last part, in which a
 * section that is missing or another counts as one change.
 */
export function nearestPath(path: string, known: readonly string[]): string {
  const typed = path.toLowerCase();
  const distance = (other: string): number => {
    const [[section, key], [otherSection, otherKey]] = [split(typed), split(other.toLowerCase())];
    const byKey = editDistance(key, otherKey) + (section === otherSection ? 0 : 1);
    return Math.min(editDistance(typed, other.toLowerCase()), byKey);
  };
  return known.map((other) => ({ other, distance: distance(other) })).sort((a, b) => a.distance - b.distance)[0].other;
}

function split(path: string): [section: string, key: string] {
  const at = path.lastIndexOf(".");
  return [path.slice(0, Math.max(at, 0)), path.slice(at + 1)];
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}
