import type { Quantity, ScalingReport } from "./schema.ts";
import { formatBytes, formatSeconds, seriesName } from "./format.ts";
import { figureOf, isTime, quantityName } from "./quantity.ts";

/** One engine's points. */
interface Series {
  readonly engine: string;
  readonly points: readonly { readonly minutes: number; readonly value: number }[];
}

const COLUMNS = 60;
const ROWS = 16;
/** Where several engines fall on one character. */
const SHARED = "*";

/**
 * A log-log plot in text, 60 by 16 characters, of a quantity against minutes: one letter per engine, its
 * measured points only. One plot per batch; the empty string when nothing was measured.
 */
export function terminalPlot(report: ScalingReport, quantity: Quantity): string {
  const batches = [...new Set(report.rows.map(({ batch }) => batch))].sort((p, q) => p - q);
  return batches.map((batch) => plot(seriesOf(report, quantity, batch), quantity, batch))
    .filter((text) => text !== "")
    .join("\n\n");
}

function seriesOf(report: ScalingReport, quantity: Quantity, batch: number): Series[] {
  const engines = [...new Set(report.rows.map((row) => seriesName(report, row)))];
  return engines.map((engine) => ({
    engine,
    points: report.rows.flatMap((row) => {
      if (row.status !== "ok" || seriesName(report, row) !== engine || row.batch !== batch) return [];
      const figure = figureOf(row, quantity);
      return figure === null ? [] : [{ minutes: row.minutes, value: figure.median }];
    }),
  })).filter(({ points }) => points.length > 0);
}

function plot(series: readonly Series[], quantity: Quantity, batch: number): string {
  if (series.length === 0) return "";
  const points = series.flatMap((one) => one.points);
  const minutes = [...new Set(points.map((point) => point.minutes))].sort((p, q) => p - q);
  const values = points.map(({ value }) => value);
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  const column = (length: number): number => position(length, minutes[0], minutes[minutes.length - 1], COLUMNS);
  const rowOf = (value: number): number => ROWS - 1 - position(value, lowest, highest, ROWS);

  const grid = Array.from({ length: ROWS }, () => new Array<string>(COLUMNS).fill(" "));
  const letters = engineLetters(series.map(({ engine }) => engine));
  for (const { engine, points } of series) {
    for (const point of points) {
      const [x, y] = [column(point.minutes), rowOf(point.value)];
      grid[y][x] = grid[y][x] === " " ? letters.get(engine)! : SHARED;
    }
  }
  const format = isTime(quantity) ? formatSeconds : formatBytes;
  const labels = new Map([[0, format(highest)], [ROWS - 1, format(lowest)]]);
  // The middle of a logarithmic axis is the geometric mean of its ends.
  if (highest > lowest) labels.set(ROWS >> 1, format(lowest * (highest / lowest) ** (1 - (ROWS >> 1) / (ROWS - 1))));
  const width = Math.max(...[...labels.values()].map((label) => label.length));
  const body = grid.map((cells, y) => `${(labels.get(y) ?? "").padStart(width)} |${cells.join("")}`.trimEnd());
  const shared = grid.some((cells) => cells.includes(SHARED)) ? `  ${SHARED} several` : "";
  return [
    `${quantityName(quantity)}, against minutes of audio, log-log, batch ${batch}`,
    ...body,
    `${" ".repeat(width)} +${"-".repeat(COLUMNS)}`,
    `${" ".repeat(width)}  ${axisLabels(minutes, column)}`,
    `${[...letters].map(([engine, letter]) => `${letter} ${engine}`).join("  ")}${shared}`,
  ].join("\n");
}

/** Index of `value` among `cells` between `low` and `high` on a logarithmic axis; the middle when there is no range. */
function position(value: number, low: number, high: number, cells: number): number {
  if (low === high) return cells >> 1;
  return Math.round(Math.log(value / low) / Math.log(high / low) * (cells - 1));
}

/** A letter per engine: the first of its name's last part, then of the whole name, that no other has yet. */
function engineLetters(engines: readonly string[]): Map<string, string> {
  const letters = new Map<string, string>();
  const taken = new Set<string>();
  for (const engine of engines) {
    const last = engine.slice(engine.lastIndexOf("-") + 1);
    const candidates = [...`${last}${engine}`.toUpperCase(), ..."ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"];
    const letter = candidates.find((c) => /[A-Z0-9]/.test(c) && !taken.has(c)) ?? "?";
    taken.add(letter);
    letters.set(engine, letter);
  }
  return letters;
}

/** The minutes under their columns; one that would run into the one before is left out. */
function axisLabels(minutes: readonly number[], column: (length: number) => number): string {
  let line = "";
  for (const length of minutes) {
    const label = String(length);
    const start = Math.max(0, column(length) - (label.length >> 1));
    if (line === "" || start > line.length) line = line.padEnd(start) + label;
  }
  return line;
}
