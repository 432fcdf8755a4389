import { comparisonSentences } from "./comparison.ts";
import { deviceName, formatBytes, formatExponent, formatSeconds, seriesName } from "./format.ts";
import { SHORT_REPEATS } from "./markdown_results.ts";
import { figureOf, isShown, isTime, quantityName } from "./quantity.ts";
import { type Quantity, type Row, type ScalingReport, TRANSCRIPT_PROTOCOL } from "./schema.ts";
import { aligned } from "./terminal_table.ts";
import { formatWer, hasTranscripts } from "./transcript.ts";

/** Short words for what is missing, wide enough for a column. */
const MISSING: Record<Exclude<Row["status"], "ok">, string> = {
  "out-of-memory": "OOM",
  "over-limit": "limit",
  "over-budget": "budget",
  "failed": "failed",
};

/** What the terminal shows of a report; its Markdown has the rest. */
const SHOWN: readonly Quantity[] = ["seconds", "encoder_seconds", "memory"];

/** The report as plain text for a terminal: tables of time and memory with exponents, and what was compared in words. */
export function terminalSummary(report: ScalingReport): string {
  const batches = [...new Set(report.rows.map(({ batch }) => batch))].sort((p, q) => p - q);
  const tables = batches.flatMap((batch) => [
    ...SHOWN.filter((quantity) => isShown(report.rows, quantity)).map((quantity) => table(report, batch, quantity)),
    ...(hasTranscripts(report.rows.filter((row) => row.batch === batch)) ? [werTable(report, batch)] : []),
  ]);
  const comparisons = batches.flatMap((batch) =>
    comparisonSentences(report, batch).map((sentence) =>
      `${batches.length > 1 ? `batch ${batch}: ` : ""}${sentence.replaceAll("**", "")}`
    )
  );
  const { dataset } = report.environment;
  const facts = [
    deviceName(report.environment),
    ...(dataset.source === "generated" ? ["generated audio, not speech"] : []),
    ...(report.rows.some(({ engine, status }) => engine === "whisper" && status === "ok")
      ? ["whisper on the CPU"]
      : []),
    ...(report.interrupted ? ["interrupted: not every point had its turn"] : []),
  ];
  const notes = report.rows.some((row) => row.status === "ok" && row.repeats_short) ? [SHORT_REPEATS] : [];
  return [facts.join(" · "), ...tables, ...notes, ...(comparisons.length > 0 ? [comparisons.join("\n")] : [])].join(
    "\n\n",
  );
}

/** The rows of a batch, their lengths and their engines. */
function partsOf(report: ScalingReport, batch: number) {
  const rows = report.rows.filter((row) => row.batch === batch);
  const minutes = [...new Set(rows.map((row) => row.minutes))].sort((p, q) => p - q);
  const engines = [...new Map(rows.map(({ engine, preset }) => [`${engine} ${preset}`, { engine, preset }])).values()];
  return { rows, minutes, engines };
}

function werTable(report: ScalingReport, batch: number): string {
  const { rows, minutes, engines } = partsOf(report, batch);
  const lines = engines.map(({ engine, preset }) => {
    const own = rows.filter((row) => row.engine === engine && row.preset === preset);
    const cells = minutes.map((length) => {
      const row = own.find((row) => row.minutes === length);
      return row === undefined ? "-" : row.status === "ok" ? formatWer(row) : MISSING[row.status];
    });
    return [seriesName(report, { engine, preset }), ...cells];
  });
  const title = `WER (${TRANSCRIPT_PROTOCOL}), batch ${batch}`;
  return aligned([[title, ...minutes.map((length) => `${length} min`)], ...lines]);
}

function table(report: ScalingReport, batch: number, quantity: Quantity): string {
  const { rows, minutes, engines } = partsOf(report, batch);
  const header = [
    `${quantityName(quantity)}, batch ${batch}`,
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
  const figure = figureOf(row, quantity);
  if (figure === null) return "-";
  return isTime(quantity) ? formatSeconds(figure.median) + (row.repeats_short ? "†" : "") : formatBytes(figure.median);
}
