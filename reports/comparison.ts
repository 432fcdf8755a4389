import { formatMinutes, formatRange, seriesName, significant } from "./format.ts";
import { isTime } from "./quantity.ts";
import type { CrossoverRow, Quantity, ScalingReport } from "./schema.ts";

/** Two engines at one batch size, with what was found for each quantity. */
interface Pair {
  readonly first: CrossoverRow;
  readonly rows: readonly CrossoverRow[];
}

/** Pairs of a samba engine and another, in the order of the report. */
function pairsIn({ crossovers }: ScalingReport): Pair[] {
  const pairs = new Map<string, CrossoverRow[]>();
  for (const row of crossovers) {
    const key = `${row.a} ${row.b} ${row.preset} ${row.batch}`;
    pairs.set(key, [...(pairs.get(key) ?? []), row]);
  }
  return [...pairs.values()].map((rows) => ({ first: rows[0], rows }));
}

/** A sentence for each pair of a samba engine and another at one batch size. */
export function comparisonSentences(report: ScalingReport, batch: number): string[] {
  const all = new Set(report.rows.map(({ minutes }) => minutes)).size;
  return pairsIn(report).filter(({ first }) => first.batch === batch).map(({ first, rows }) => {
    const name = `**${seriesName(report, { engine: first.a, preset: first.preset })}**`;
    const common = commonMinutes(report, first);
    if (common.length === 0) return `${name} and ${first.b}: no length was measured for both.`;
    const fewest = fewestRepeats(report, first);
    const found = (quantity: Quantity, other: string, measure: string): string | null => {
      const row = rows.find((candidate) => candidate.quantity === quantity);
      return row === undefined ? null : crossoverText(row, other, measure, fewest);
    };
    const alike = found("seconds", first.b, "") === found("encoder_seconds", first.b, "");
    const clauses = [
      ...(alike ? [found("seconds", first.b, ", in end-to-end and in encoder time")] : [
        found("seconds", first.b, " in end-to-end time"),
        found("encoder_seconds", "it", " in encoder time"),
      ]),
      found("memory", "it", ""),
    ].filter((clause) => clause !== null);
    const where = common.length === all ? "" : ` (only ${formatRange(common)} could be compared)`;
    return `${name} ${clauses.join("; ")}${where}.`;
  });
}

/** The least number of timed repeats of a point that is compared; 0 where none is. */
export function fewestRepeats(report: ScalingReport, pair: CrossoverRow): number {
  const common = commonMinutes(report, pair);
  const repeats = report.rows.flatMap((row) =>
    row.status === "ok" && (row.engine === pair.a || row.engine === pair.b) && row.preset === pair.preset &&
      row.batch === pair.batch && common.includes(row.minutes)
      ? [row.seconds.samples.length]
      : []
  );
  return repeats.length === 0 ? 0 : Math.min(...repeats);
}

/** Lengths at which both engines were measured. */
function commonMinutes({ rows }: ScalingReport, { a, b, preset, batch }: CrossoverRow): number[] {
  const measured = (engine: string): number[] =>
    rows.filter((row) => row.status === "ok" && row.engine === engine && row.preset === preset && row.batch === batch)
      .map(({ minutes }) => minutes);
  const other = measured(b);
  return measured(a).filter((minutes) => other.includes(minutes));
}

/**
 * A comparison in words that follow the name of engine a, `measure` at their end: "overtakes `other` at 7.2 min [6.8, 7.9]
 * in end-to-end time". What the resamples do not bear out says so, as does a time of which a point has only one or two
 * repeats (`fewest`), which resamples tell little of; neither is set in bold.
 */
export function crossoverText(row: CrossoverRow, other: string, measure: string, fewest: number): string {
  const text = (isTime(row.quantity) ? timeText(row, other) : memoryText(row, other)) + measure;
  const cautions = [
    ...(row.agreement === null || row.agreement >= 0.95
      ? []
      : [`so in ${(100 * row.agreement).toFixed(0)} % of the resamples only`]),
    ...(isTime(row.quantity) && fewest === 1 ? ["single runs"] : []),
    ...(isTime(row.quantity) && fewest === 2 ? ["as few as 2 repeats"] : []),
  ];
  return cautions.length === 0 ? text : `${text.replaceAll("**", "")} (${cautions.join("; ")})`;
}

function timeText(row: CrossoverRow, other: string): string {
  switch (row.kind) {
    case "always":
      return `is **faster than ${other} at every measured length**`;
    case "never-in-range":
      return `is **faster than ${other} at no measured length**`;
    case "at":
      return `**overtakes ${other} at ${crossing(row)}**`;
    case "until":
      return `is **faster than ${other} only up to ${crossing(row)}**`;
    case "no-common-points":
      return `has no measured length in common with ${other}`;
  }
}

function memoryText(row: CrossoverRow, other: string): string {
  const less = `less memory${row.quantity === "memory" ? "" : " besides the weights"} than ${other}`;
  switch (row.kind) {
    case "always":
      return `needs **${less} at every measured length**`;
    case "never-in-range":
      return `needs **${less} at no measured length**`;
    case "at":
      return `needs **${less} from ${crossing(row)} on**`;
    case "until":
      return `needs **${less} only up to ${crossing(row)}**`;
    case "no-common-points":
      return `has no measured length in common with ${other}`;
  }
}

/** The crossover length with its interval; the interval is left out where single figures leave none. */
function crossing({ minutes, lower, upper }: CrossoverRow): string {
  const at = formatMinutes(minutes!);
  return lower === upper ? at : `${at} [${significant(lower!)}, ${significant(upper!)}]`;
}

/** Where the fitted lines meet, and who is better beyond; empty where that is not known. */
export function extrapolationText({ a, b, extrapolated }: CrossoverRow): string {
  if (extrapolated === null) return "";
  const [above, below] = extrapolated.a_lower === "above" ? [a, b] : [b, a];
  return `the fitted lines meet at ${formatMinutes(extrapolated.minutes)}, ${below} lower before, ${above} after`;
}
