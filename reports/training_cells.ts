import { formatBytes, formatSeconds, formatSummary, significant } from "./format.ts";
import { markdownTable } from "./markdown_table.ts";
import { stepFigure } from "./training_derive.ts";
import type { MeasuredStep, Step } from "./training_schema.ts";

/** Columns of a step in tables, all figures but the last. */
export const STEP_COLUMNS: readonly string[] = [
  "Time of a step [95 %]",
  "GPU clock [95 %]",
  "forward",
  "backward",
  "optimizer",
  "Audio s per s",
  "Peak memory",
  "of it the step's",
  "From outside",
  "Kernels",
  "Repeats, or why there are none",
];

/** The cells of a step; of one without a measurement the time that was predicted, if any, and the reason. */
export function stepCells(step: Step, predictedSeconds: number | null = null): string[] {
  if (step.status !== "ok") {
    const predicted = predictedSeconds === null ? "–" : `(${formatSeconds(predictedSeconds)} predicted)`;
    return [predicted, ...Array(STEP_COLUMNS.length - 2).fill("–"), `${step.status}: ${step.reason}`];
  }
  const { seconds, gpu_seconds, memory, audio_per_second, dispatches } = step;
  const { ledger_peak_bytes: peak, outside_peak_bytes: outside, outside_source } = memory;
  const own = stepFigure(step, "step_memory");
  return [
    formatSummary(seconds) + (seconds.outliers.length > 0 ? ` ‡${seconds.outliers.length}` : ""),
    gpu_seconds === null ? "–" : formatSummary(gpu_seconds),
    ...["forward", "backward", "optimizer"].map((name) => stageCell(step, name)),
    significant(audio_per_second),
    peak === null ? "–" : formatBytes(peak),
    own === null ? "–" : formatBytes(own.median),
    outside === null ? "–" : `${formatBytes(outside)} (${outside_source})`,
    String(dispatches),
    String(seconds.samples.length),
  ];
}

function stageCell({ stages }: MeasuredStep, name: string): string {
  const stage = stages.find((one) => one.name === name);
  return stage === undefined ? "–" : formatSeconds(stage.seconds.median);
}

/** Loss and gradient of steps, which say whether what was timed is training. */
export function figuresTable(rows: readonly { readonly name: string; readonly step: Step }[]): string {
  const lines = rows.flatMap(({ name, step }) => {
    if (step.status !== "ok") return [];
    const { ctc, decoder, norm, impossible, skipped } = step.figures;
    return [[
      name,
      ...[ctc, decoder, norm].map((x) => x === null ? "–" : significant(x)),
      `${impossible}`,
      `${skipped}`,
    ]];
  });
  if (lines.length === 0) return "";
  const header = [
    "Last step",
    "CTC, nats a token",
    "Decoder, nats a token",
    "Gradient norm",
    "No alignment",
    "Skipped",
  ];
  return markdownTable(header, lines, header.slice(1));
}

/** 1,234,567. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}
