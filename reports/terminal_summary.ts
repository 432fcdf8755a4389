import { deviceName, formatBytes, formatExponent, formatSeconds, seriesName } from "./format.ts";
import { crossoverText } from "./headline.ts";
import type { Quantity, Row, ScalingReport } from "./schema.ts";

/** Short words for what is missing, wide enough for a column. */
const MISSING: Record<Exclude<Row["status"], "ok">, string> = {
  "out-of-memory": "OOM",
  "over-limit": "limit",
  "over-budget": "budget",
  "failed": "failed",
};

/** The report as plain text for a terminal: time and memory by engine and minutes, exponents, comparisons in time. */
export function terminalSummary(report: ScalingReport): string {
  const batches = [...new Set(report.rows.map(({ batch }) => batch))].sort((p, q) => p - q);
  const tables = batches.flatMap((batch) => [table(report, batch, "seconds"), table(report, batch, "memory")]);
  const comparisons = report.crossovers.filter(({ quantity }) => quantity === "seconds").map((row) => {
    const batch = batches.length > 1 ? ` (batch ${row.batch})` : "";
    return `${row.a} against ${row.b}${batch}: ${crossoverText(row).replaceAll("**", "")}`;
  });
  const { dataset } = report.environment;
  return [
    `${deviceName(report.environment)}${dataset.source === "generated" ? " · generated audio, not speech" : ""}`,
    ...tables,
    ...(comparisons.length > 0 ? [comparisons.join("\n")] : []),
  ].join("\n\n");
}

function table(report: ScalingReport, batch: number, quantity: Quantity): string {
  const rows = report.rows.filter((row) => row.batch === batch);
  const minutes = [...new Set(rows.map((row) => row.minutes))].sort((p, q) => p - q);
  const engines = [...new Map(rows.map(({ engine, preset }) => [`${engine} ${preset}`, { engine, preset }])).values()];
  const header = [
    `${quantity === "seconds" ? "time" : "memory"}, batch ${batch}`,
    ...minutes.map((length) => `${length} min`),
    "exponent [95 %]",
  ];
  const lines = engines.map(({ engine, preset }) => {
    const own = rows.filter((row) => row.engine === engine && row.preset === preset);
    const fit = report.fits.find((candidate) =>
      candidate.engine === engine && candidate.preset === preset && candidate.batch === batch &&
      candidate.quantity === quantity
    );
    const cells = minutes.map((length) => figure(own.find((row) => row.minutes === length), quantity));
    return [seriesName(report, { engine, preset }), ...cells, fit === undefined ? "-" : formatExponent(fit)];
  });
  return aligned([header, ...lines]);
}

/** A point's figure, the word for what is missing, or a dash where nothing was asked for. */
function figure(row: Row | undefined, quantity: Quantity): string {
  if (row === undefined) return "-";
  if (row.status !== "ok") return MISSING[row.status];
  if (quantity === "memory") return formatBytes(row.memory.ledger_peak_bytes);
  return formatSeconds(row.seconds.median) + (row.repeats_short ? "†" : "");
}

/** Rows in columns two spaces apart: the first to the left, the others to the right. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row.map((text, column) => column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column])).join("  ")
  ).join("\n");
}
