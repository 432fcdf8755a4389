/** A figure, or a line of Markdown, that does not follow from the samples. */
export interface Difference {
  readonly where: string;
  readonly stated: string;
  readonly recomputed: string;
}

/** Leaves in which two JSON values differ; numbers may differ by `tolerance`, relative to the greater. */
export function compare(stated: unknown, recomputed: unknown, where: string, tolerance: number): Difference[] {
  if (typeof stated === "number" && typeof recomputed === "number") {
    const within = Math.abs(stated - recomputed) <= tolerance * Math.max(1, Math.abs(stated), Math.abs(recomputed));
    return within ? [] : [{ where, stated: String(stated), recomputed: String(recomputed) }];
  }
  if (Array.isArray(stated) && Array.isArray(recomputed)) {
    if (stated.length !== recomputed.length) {
      return [{ where: `${where}.length`, stated: String(stated.length), recomputed: String(recomputed.length) }];
    }
    return stated.flatMap((value, i) => compare(value, recomputed[i], `${where}[${i}]`, tolerance));
  }
  if (isRecord(stated) && isRecord(recomputed)) {
    const keys = new Set([...Object.keys(stated), ...Object.keys(recomputed)]);
    return [...keys].flatMap((key) => compare(stated[key], recomputed[key], `${where}.${key}`, tolerance));
  }
  return stated === recomputed ? [] : [{ where, stated: shown(stated), recomputed: shown(recomputed) }];
}

/** The first line in which the text of `file` is not what the report gives, if there is one. */
export function compareText(stated: string, recomputed: string, file: string): Difference[] {
  if (stated === recomputed) return [];
  const [statedLines, recomputedLines] = [stated.split("\n"), recomputed.split("\n")];
  const line = statedLines.findIndex((text, i) => text !== recomputedLines[i]);
  const at = line < 0 ? statedLines.length : line;
  const textAt = (lines: readonly string[]): string => lines[at] ?? "(end of file)";
  return [{ where: `${file} line ${at + 1}`, stated: textAt(statedLines), recomputed: textAt(recomputedLines) }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? "missing";
}
