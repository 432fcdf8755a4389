import { crossoverText, extrapolationText, findings } from "./headline.ts";
import {
  deviceName,
  fixed,
  formatBytes,
  formatExponent,
  formatSeconds,
  formatSummary,
  seriesName,
  significant,
} from "./format.ts";
import { markdownTable } from "./markdown_table.ts";
import { environmentSection } from "./markdown_environment.ts";
import type { MeasuredRow, Row, ScalingReport } from "./schema.ts";

/** The whole report as Markdown; everything in it comes from `report`, so that `verify` can render it again. */
export function markdownReport(report: ScalingReport): string {
  return [
    "# Time and memory against audio length",
    notices(report),
    headline(report),
    "![Time against audio length](time.svg)\n\n![Memory against audio length](memory.svg)",
    mainSection(report),
    stageSection(report),
    fitSection(report),
    crossoverSection(report),
    readingSection(report),
    environmentSection(report),
  ].filter((section) => section !== "").join("\n\n") + "\n";
}

/** What a reader must know before any figure. */
function notices({ environment, rows }: ScalingReport): string {
  const { dataset, adapter } = environment;
  const missing = rows.filter((row) => row.status !== "ok").length;
  return [
    dataset.source === "generated"
      ? "The audio is **generated audio, not speech**: lengths and compute are real, transcripts mean nothing."
      : "The audio is recorded speech, stitched to length.",
    adapter.is_software
      ? `Measured on a **software adapter** (${adapter.description}): the figures speak about this processor, not a GPU.`
      : "",
    environment.git_dirty === true ? "The working tree had **uncommitted changes**." : "",
    missing > 0 ? `${missing} of ${rows.length} points have **no measurement**; each row says why.` : "",
  ].filter((notice) => notice !== "").map((notice) => `> ${notice}`).join("\n>\n");
}

function headline(report: ScalingReport): string {
  const blocks = findings(report).map(({ claim, sentences }) =>
    `**Claim: ${claim}.**\n\n${sentences.map((sentence) => `- ${sentence}`).join("\n")}`
  );
  return ["## Claims tested", ...blocks].join("\n\n");
}

function mainSection(report: ScalingReport): string {
  const header = [
    "Engine",
    "Batch",
    "Minutes",
    "Time, median [95 %]",
    "RTFx",
    "Ledger peak",
    "Outside peak",
    "Repeats",
    "Status",
  ];
  const rows = report.rows.map((row) => [
    seriesName(report, row),
    String(row.batch),
    String(row.minutes),
    ...(row.status === "ok"
      ? measuredCells(row)
      : [predicted(row), "–", "–", "–", "–", `${row.status}: ${row.reason}`]),
  ]);
  const each = (values: readonly (number | string)[]): string => [...new Set(values)].join(", ");
  const measured = report.rows.filter((row) => row.status === "ok");
  const setting = [
    `${deviceName(report.environment)}, preset ${each(report.rows.map(({ preset }) => preset))}`,
    `${report.frame_rate_hz} encoder frames per second`,
    `${each(report.rows.map(({ forced_tokens }) => forced_tokens))} forced tokens`,
    measured.length > 0 ? `${each(measured.map(({ warmups }) => warmups))} untimed warm-ups` : "",
  ];
  return [
    "## Results",
    `${setting.filter((part) => part !== "").join(", ")}.`,
    markdownTable(header, rows, [
      "Batch",
      "Minutes",
      "Time, median [95 %]",
      "RTFx",
      "Ledger peak",
      "Outside peak",
      "Repeats",
    ]),
    legend(report),
  ].filter((part) => part !== "").join("\n\n");
}

function measuredCells({ seconds, rtfx, memory, repeats_short }: MeasuredRow): string[] {
  const marks = `${repeats_short ? " †" : ""}${seconds.outliers.length > 0 ? ` ‡${seconds.outliers.length}` : ""}`;
  return [
    formatSummary(seconds) + marks,
    significant(rtfx),
    formatBytes(memory.ledger_peak_bytes),
    memory.outside_peak_bytes === null ? "–" : `${formatBytes(memory.outside_peak_bytes)} (${memory.outside_source})`,
    String(seconds.samples.length),
    "ok",
  ];
}

function predicted({ predicted_seconds }: Row): string {
  return predicted_seconds === null ? "–" : `(${formatSeconds(predicted_seconds)} predicted)`;
}

/** The marks that the main table uses, and no others. */
function legend({ rows }: ScalingReport): string {
  const measured = rows.filter((row) => row.status === "ok");
  return [
    measured.some((row) => row.repeats_short) ? "† fewer than 10 timed repeats, because of the point's budget." : "",
    measured.some((row) => row.seconds.outliers.length > 0)
      ? "‡ that many repeats lie outside Tukey's fences; they are kept in every figure."
      : "",
  ].filter((line) => line !== "").join("\n");
}

function stageSection(report: ScalingReport): string {
  const measured = report.rows.filter((row) => row.status === "ok");
  const columns = [...new Set(measured.flatMap(({ stages }) => stages.map(({ name, clock }) => `${name} (${clock})`)))];
  if (columns.length === 0) return "";
  const rows = measured.map((row) => [
    seriesName(report, row),
    String(row.batch),
    String(row.minutes),
    ...columns.map((column) => {
      const stage = row.stages.find(({ name, clock }) => `${name} (${clock})` === column);
      return stage === undefined ? "–" : formatSummary(stage.seconds);
    }),
  ]);
  return [
    "## Stages",
    "Median and 95 % interval of each stage, by GPU timestamps (gpu) or the host's clock (host). " +
    "Stages may overlap and need not add up to the time above.",
    markdownTable(["Engine", "Batch", "Minutes", ...columns], rows, ["Batch", "Minutes", ...columns]),
  ].join("\n\n");
}

function fitSection(report: ScalingReport): string {
  if (report.fits.length === 0) return "## Fits\n\nNo engine has two measured lengths, so nothing was fitted.";
  const rows = report.fits.map((fit) => [
    seriesName(report, fit),
    String(fit.batch),
    fit.quantity === "seconds" ? "time" : "memory",
    formatExponent(fit),
    fit.method === "none" ? "–" : fit.method,
    fixed(fit.tail_exponent, 2),
    fit.r2.toFixed(3),
    String(fit.points),
  ]);
  const header = [
    "Engine",
    "Batch",
    "Quantity",
    "Exponent [95 %]",
    "Interval from",
    "Last two lengths",
    "R²",
    "Lengths",
  ];
  return [
    "## Fits",
    `quantity = c · minutes^exponent, at ${report.frame_rate_hz} encoder frames per second. 1 is linear, 2 quadratic.`,
    markdownTable(header, rows, ["Batch", "Exponent [95 %]", "Last two lengths", "R²", "Lengths"]),
  ].join("\n\n");
}

function crossoverSection(report: ScalingReport): string {
  if (report.crossovers.length === 0) return "";
  const rows = report.crossovers.map((row) => [
    seriesName(report, { engine: row.a, preset: row.preset }),
    seriesName(report, { engine: row.b, preset: row.preset }),
    String(row.batch),
    row.quantity === "seconds" ? "time" : "memory",
    crossoverText({ ...row, extrapolated: null }),
    row.agreement === null ? "–" : `${(100 * row.agreement).toFixed(0)} %`,
    extrapolationText(row) || "–",
  ]);
  const header = ["A", "B", "Batch", "Quantity", "A is", "Agreement", "Extrapolated, not measured"];
  return ["## Crossovers", markdownTable(header, rows, ["Batch", "Agreement"])].join("\n\n");
}

function readingSection({ frame_rate_hz }: ScalingReport): string {
  return `## How to read this

- Time is from samples in to text out for the whole batch. The interval is a 95 % percentile bootstrap of the median
  over the raw samples, all of which are in \`report.json\`. Few repeats hold little: an interval of 3 samples covers the
  true median 3 times in 4 at most.
- RTFx is the audio seconds of all timed repeats over their processing seconds; higher is faster.
- Ledger peak is the exact peak of live GPU buffers; outside peak is what the system saw, allocator and driver included.
- An exponent's interval is the wider of the Student-t interval of the fit's residuals and the bootstrap over the samples;
  the table says which. Two lengths leave no residuals: their interval knows the repeats' noise and nothing else. A fixed
  cost pulls an exponent down, and a curve that bends has no single exponent: compare it with the slope between the last
  two lengths.
- A crossover lies between measured lengths, ${frame_rate_hz} encoder frames per second. Agreement is the share of
  bootstrap resamples with the same outcome. Extrapolated figures come from fitted lines alone.
- A point without a measurement is a row with its reason, never left out.
- \`deno task verify report.json\` recomputes every figure here from the samples.`;
}
