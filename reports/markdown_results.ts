import { formatBytes, formatSeconds, formatSummary, seriesName, significant } from "./format.ts";
import { markdownTable } from "./markdown_table.ts";
import { figureOf } from "./quantity.ts";
import { FULL_REPEATS } from "./rows.ts";
import { type MeasuredRow, type Row, type ScalingReport, TRANSCRIPT_PROTOCOL } from "./schema.ts";
import { formatWer, hasTranscripts } from "./transcript.ts";

/** What † says of a point. */
export const SHORT_REPEATS = `† fewer than ${FULL_REPEATS} timed repeats.`;

/** The main table, a row for each point, measured or not. */
export function resultSection(report: ScalingReport): string {
  const source = outsideSource(report);
  const withWer = hasTranscripts(report.rows);
  const figures = [
    "Time, end to end [95 %]",
    "Encoder, GPU clock [95 %]",
    "RTFx",
    ...(withWer ? ["WER"] : []),
    "Peak memory",
    "without weights",
    `From outside${source === null ? "" : ` (${source})`}`,
  ];
  const header = ["Engine", "Batch", "Minutes", ...figures, "Repeats, or why there are none"];
  const rows = report.rows.map((row) => [
    seriesName(report, row),
    String(row.batch),
    String(row.minutes),
    ...(row.status === "ok"
      ? measuredCells(row, source === null, withWer)
      : [predicted(row), ...figures.slice(1).map(() => "–"), `${row.status}: ${row.reason}`]),
  ]);
  return ["## Results", markdownTable(header, rows, ["Batch", "Minutes", ...figures]), legend(report)]
    .filter((part) => part !== "").join("\n\n");
}

/** The one source of all outside peaks, or null where there are several or none. */
function outsideSource({ rows }: ScalingReport): string | null {
  const sources = new Set(rows.flatMap((row) => row.memory?.outside_source ?? []));
  return sources.size === 1 ? [...sources][0] : null;
}

function measuredCells(row: MeasuredRow, withSource: boolean, withWer: boolean): string[] {
  const { seconds, encoder_seconds, rtfx, memory, repeats_short, batch, micro_batch } = row;
  const { outside_peak_bytes: outside, outside_source } = memory;
  const marks = `${repeats_short ? " †" : ""}${seconds.outliers.length > 0 ? ` ‡${seconds.outliers.length}` : ""}`;
  const passes = Math.ceil(batch / (micro_batch ?? batch));
  const activations = figureOf(row, "activation_memory");
  return [
    formatSummary(seconds) + marks,
    encoder_seconds === null ? "–" : formatSummary(encoder_seconds),
    significant(rtfx),
    ...(withWer ? [formatWer(row)] : []),
    memory.ledger_peak_bytes === null ? "–" : formatBytes(memory.ledger_peak_bytes),
    activations === null ? "–" : formatBytes(activations.median),
    outside === null ? "–" : formatBytes(outside) + (withSource ? ` (${outside_source})` : ""),
    `${seconds.samples.length}${passes > 1 ? `, in ${passes} passes` : ""}`,
  ];
}

function predicted({ predicted_seconds }: Row): string {
  return predicted_seconds === null ? "–" : `(${formatSeconds(predicted_seconds)} predicted)`;
}

/** What RTFx is, and the marks that the main table uses, no others. */
function legend({ rows }: ScalingReport): string {
  const measured = rows.filter((row) => row.status === "ok");
  return [
    measured.length > 0
      ? "RTFx = Σ audio / Σ processing: the audio seconds of all timed repeats over their end-to-end seconds, in which a " +
        "slow repeat weighs more than in the median. Higher is faster."
      : "",
    hasTranscripts(rows)
      ? `WER: substitutions, deletions and insertions over the words that were said, under \`${TRANSCRIPT_PROTOCOL}\`, of one ` +
        "recording, by the CTC head or by Whisper. Random weights have none. One stitched recording shows that an engine " +
        "hears long audio; how well a recogniser does is for `deno task eval` to say."
      : "",
    measured.some((row) => row.repeats_short) ? SHORT_REPEATS : "",
    measured.some((row) => row.seconds.outliers.length > 0)
      ? "‡ that many repeats lie outside Tukey's fences; they are kept in every figure."
      : "",
    measured.some((row) => isSplit(row) && row.engine !== "whisper")
      ? "“In k passes”: the batch was encoded in k parts, since a binding would not hold more."
      : "",
    measured.some((row) => isSplit(row) && row.engine === "whisper")
      ? "“In k passes” of whisper: it takes one recording at a time."
      : "",
  ].filter((line) => line !== "").join("\\\n");
}

function isSplit({ micro_batch, batch }: MeasuredRow): boolean {
  return micro_batch !== null && micro_batch < batch;
}

/** Every stage of every measured point; empty where nothing was measured. */
export function stageSection(report: ScalingReport): string {
  const measured = report.rows.filter((row) => row.status === "ok");
  const columns = [...new Set(measured.flatMap(({ stages }) => stages.map(({ name, clock }) => `${name} (${clock})`)))];
  if (columns.length === 0) return "";
  const rows = measured.filter(({ stages }) => stages.length > 0).map((row) => [
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
    "Median and 95 % interval of each stage, by GPU timestamps (gpu) or the host's clock (host). The decoder's stages are " +
    "timed after the end-to-end time and are no part of it.",
    markdownTable(["Engine", "Batch", "Minutes", ...columns], rows, ["Batch", "Minutes", ...columns]),
  ].join("\n\n");
}
