import type { Finding } from "./check.ts";
import type { ListedSet } from "./list.ts";

/** "100 of 2,939", or "2,620" where that is all. */
export function counted(found: number, expected: number | null, decimals = 0): string {
  const text = (value: number): string =>
    value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return expected === null || text(found) === text(expected) ? text(found) : `${text(found)} of ${text(expected)}`;
}

/** The sets as a table. */
export function listText(dataRoot: string, sets: readonly ListedSet[]): string {
  const rows = sets.map(({ id, split, licence, utterances, hours, gated, found }) => [
    id,
    split,
    licence,
    utterances === null ? "" : counted(utterances, null),
    hours === null ? "" : counted(hours, null, 1),
    found ? `${found.path} (${found.form})` : gated ? "not found; gated" : "not found",
  ]);
  const header = ["id", "split", "licence", "utterances", "hours", "copy"];
  const widths = header.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i].length)));
  const isNumber = (i: number): boolean => i === 3 || i === 4;
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => isNumber(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i])).join("  ").trimEnd();
  return [line(header), ...rows.map(line), "", `Data folder: ${dataRoot}`].join("\n");
}

/** What check found, for a person. */
export function findingText(finding: Finding): string {
  const { id, version, split, state, source, files, utterances, dropped, words, hours, decoded, problems } = finding;
  const rows: [string, string][] = [
    ["set", `${id}, version ${version}, split ${split}`],
    ["copy", `${source.path} (${source.form})`],
    ...files.map(({ path, problem }): [string, string] => ["file", problem ?? `${path}: checksum right`]),
  ];
  if (utterances !== null) {
    const without = dropped > 0 ? `, of which ${counted(dropped, null)} are never scored` : "";
    rows.push(["utterances", counted(utterances.found, utterances.expected) + without]);
  }
  if (words !== null) rows.push(["words", counted(words.found, words.expected)]);
  if (hours !== null) rows.push(["hours", counted(hours.found, hours.expected, 2)]);
  if (decoded !== null) {
    rows.push(["decoded", `${counted(decoded.utterances, null)} utterances, ${decoded.seconds.toFixed(1)} s`]);
  }
  return [
    ...rows.map(([name, text]) => name.padEnd(12) + text),
    ...problems.map((problem) => `${"wrong".padEnd(12)}${problem}`),
    "",
    {
      whole: "This copy is whole.",
      partial: "This copy is partial: what is there can be evaluated, and reports say how much it is.",
      wrong: `This copy is wrong: move it away and get ${id} again.`,
    }[state],
  ].join("\n");
}
