import { seriesName } from "./format.ts";
import type { MeasuredRow, ScalingReport } from "./schema.ts";

/** Engines that compute the same function in different ways. */
const SAME_FUNCTION: readonly (readonly [string, string])[] = [
  ["transformer-naive", "transformer-flash"],
  ["samba-causal", "samba-streaming"],
];

/** Two engines at one batch size, and the lengths at which their tokens are equal and different. */
export interface TokenPair {
  readonly engines: readonly [string, string];
  readonly batch: number;
  readonly sameFunction: boolean;
  readonly equal: readonly number[];
  readonly different: readonly number[];
}

/**
 * Pairs that compute the same function, and any others whose tokens are equal somewhere, which says that these tokens do
 * not tell the two apart. Only points of the same preset, batch and length are compared.
 */
export function tokenPairs(report: ScalingReport): TokenPair[] {
  const measured = report.rows.filter((row) => row.status === "ok");
  const pairs = new Map<
    string,
    { engines: [string, string]; batch: number; sameFunction: boolean; points: MeasuredRow[][] }
  >();
  measured.forEach((p, index) => {
    for (const q of measured.slice(index + 1)) {
      if (p.engine === q.engine || p.preset !== q.preset || p.batch !== q.batch || p.minutes !== q.minutes) continue;
      const engines: [string, string] = [seriesName(report, p), seriesName(report, q)];
      const sameFunction = SAME_FUNCTION.some((pair) => pair.includes(p.engine) && pair.includes(q.engine));
      const key = `${engines} ${p.batch}`;
      const pair = pairs.get(key) ?? { engines, batch: p.batch, sameFunction, points: [] };
      pair.points.push([p, q]);
      pairs.set(key, pair);
    }
  });
  return [...pairs.values()].map(({ points, ...pair }) => {
    const lengths = (equal: boolean): number[] =>
      points.filter(([p, q]) => (p.tokens_sha256 === q.tokens_sha256) === equal).map(([{ minutes }]) => minutes);
    return { ...pair, equal: lengths(true), different: lengths(false) };
  }).filter(({ sameFunction, equal }) => sameFunction || equal.length > 0);
}

/** The report's section on tokens; empty where no two engines can be compared. */
export function tokenSection(report: ScalingReport): string {
  const pairs = tokenPairs(report);
  if (pairs.length === 0) return "";
  const line = ({ engines, batch, equal, different }: TokenPair): string => {
    const at = (word: string, minutes: readonly number[]): string[] =>
      minutes.length === 0 ? [] : [`${word} at ${minutes.join(", ")} min`];
    return `- ${engines.join(" and ")}, batch ${batch}: ${
      [...at("equal", equal), ...at("different", different)].join("; ")
    }`;
  };
  const same = pairs.filter(({ sameFunction }) => sameFunction).map(line);
  const others = pairs.filter(({ sameFunction }) => !sameFunction).map(line);
  return [
    "## Do tokens agree?",
    same.length === 0
      ? ""
      : "By the SHA-256 of the tokens read back. These engines compute the same function but for rounding; where two tokens are " +
        "nearly as likely, rounding can flip a single frame, and one frame changes the hash.\n\n" + same.join("\n"),
    others.length === 0
      ? ""
      : "Engines that compute different functions, and gave equal tokens all the same:\n\n" + others.join("\n"),
  ].filter((part) => part !== "").join("\n\n");
}
