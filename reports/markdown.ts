import { crossoverText, extrapolationText, fewestRepeats } from "./comparison.ts";
import { fixed, formatExponent, seriesName } from "./format.ts";
import { environmentSection } from "./markdown_environment.ts";
import { batchSections, openingSection } from "./markdown_opening.ts";
import { resultSection, stageSection } from "./markdown_results.ts";
import { markdownTable } from "./markdown_table.ts";
import { plotsOf } from "./plot.ts";
import { quantityName } from "./quantity.ts";
import type { ScalingReport } from "./schema.ts";
import { tokenSection } from "./tokens.ts";

/** The whole report as Markdown; everything in it comes from `report`, so that `verify` can render it again. */
export function markdownReport(report: ScalingReport): string {
  return [
    "# Time and memory against audio length",
    openingSection(report),
    resultSection(report),
    plotsOf(report).map(({ title, file }) => `![${title}](${file})`).join("\n\n"),
    batchSections(report),
    fitSection(report),
    crossoverSection(report),
    stageSection(report),
    tokenSection(report),
    readingSection(report),
    environmentSection(report),
  ].filter((section) => section !== "").join("\n\n") + "\n";
}

function fitSection(report: ScalingReport): string {
  if (report.fits.length === 0) return "## Fits\n\nNo engine has two measured lengths, so nothing was fitted.";
  const rows = report.fits.map((fit) => [
    quantityName(fit.quantity),
    String(fit.batch),
    seriesName(report, fit),
    formatExponent(fit),
    fit.method === "none" ? "–" : fit.method,
    fixed(fit.tail_exponent, 2),
    fit.r2.toFixed(3),
    String(fit.points),
  ]);
  const header = [
    "Quantity",
    "Batch",
    "Engine",
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
    quantityName(row.quantity),
    String(row.batch),
    seriesName(report, { engine: row.a, preset: row.preset }),
    seriesName(report, { engine: row.b, preset: row.preset }),
    crossoverText(row, "B", "", fewestRepeats(report, row)),
    String(row.common_points),
    row.agreement === null ? "–" : `${(100 * row.agreement).toFixed(0)} %`,
    extrapolationText(row) || "–",
  ]);
  const header = ["Quantity", "Batch", "A", "B", "Finding: A", "Lengths", "Agreement", "Extrapolated, not measured"];
  return ["## Crossovers", markdownTable(header, rows, ["Batch", "Lengths", "Agreement"])].join("\n\n");
}

/** What else there is to say where the real Whisper ran. */
const ABOUT_WHISPER = `
- whisper is OpenAI's, by ONNX Runtime on the CPU. It hears windows of 30 s one after the other, each found by the last one's
  timestamps, so its time is linear by construction. Its own process has loaded the weights and heard one window before the
  clock starts; a batch is its recordings one by one; its memory is that process's maxRSS, which no ledger splits.`;

function readingSection({ frame_rate_hz, rows }: ScalingReport): string {
  const whisper = rows.some(({ engine, status }) => engine === "whisper" && status === "ok") ? ABOUT_WHISPER : "";
  return `## How to read this

- End-to-end time is what a user waits for, by the host's clock and for the whole batch: samples uploaded, log-mel,
  encoder, CTC head, tokens read back; with Deno's WebGPU every wait for the GPU has a fixed cost of about 11 ms in it.
  Encoder time is what the architecture costs, the passes of log-mel, encoder and CTC head by the GPU's timestamps, without
  transfers, that fixed cost, and the gaps between passes.
- The interval of a time is a 95 % percentile bootstrap of the median over the raw samples, all of which are in
  \`report.json\`. Few repeats hold little: an interval of 3 samples covers the true median 3 times in 4 at most.
- Peak memory is the exact peak of live GPU buffers, by the program's own ledger. The weights are a constant part of it,
  which hides how the rest grows: hence the same without them. Memory from outside is what the system saw, allocator and
  driver included; maxRSS is the process's, never less than what its parent process held when it started it.
- An exponent's interval is the wider of the Student-t interval of the fit's residuals and the bootstrap over the samples;
  the table says which. Two lengths leave no residuals: their interval knows the repeats' noise and nothing else. A fixed
  cost pulls an exponent down, and a curve that bends has no single exponent: compare it with the slope between the last
  two lengths.
- “Consistent with linear” says that the interval holds 1 and neither 0 nor 2, “below” and “above” that it does not hold it.
- A crossover is interpolated between measured lengths, at ${frame_rate_hz} encoder frames per second. Agreement is the
  share of bootstrap resamples with the same outcome. Extrapolated figures come from fitted lines alone.
- A point without a measurement is a row with its reason, never left out.${whisper}
- \`deno task verify report.json\` recomputes every figure here from the samples.`;
}
