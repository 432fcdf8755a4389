import { deviceName, formatBytes, formatExponent, formatSeconds, significant } from "./format.ts";
import { aligned } from "./terminal_table.ts";
import { stepFigure } from "./training_derive.ts";
import { trainingQuantityName } from "./training_long_markdown.ts";
import type { LongAudio, Step, Throughput, TrainingQuantity, TrainingReport } from "./training_schema.ts";

/** The report as plain text for a terminal. */
export function trainingSummary({ environment, throughput, long, interrupted }: TrainingReport): string {
  return [
    [deviceName(environment), ...(interrupted ? ["interrupted: not every point had its turn"] : [])].join(" · "),
    ...(throughput === null ? [] : [throughputTable(throughput)]),
    ...(long === null
      ? []
      : (["seconds", "gpu_seconds", "memory", "step_memory"] as const).map((name) => longTable(long, name))),
  ].filter((part) => part !== "").join("\n\n");
}

function throughputTable({ config, batch, mel_frames, rows }: Throughput): string {
  const lines = rows.map(({ recompute, step }) => [
    `recomputation ${recompute ? "on" : "off"}`,
    ...(["seconds", "gpu_seconds", "memory", "step_memory"] as const).map((quantity) => cell(step, quantity)),
    step.status === "ok" ? significant(step.audio_per_second) : "-",
    step.status === "ok" ? String(step.dispatches) : "-",
  ]);
  const title = `${config}, batch ${batch} × ${significant(mel_frames / 100)} s`;
  const header = [title, "step", "by GPU clock", "peak memory", "the step's", "audio s per s", "kernels"];
  const reasons = rows.flatMap(({ step: { reason } }) => reason === null ? [] : [reason]);
  return [aligned([header, ...lines]), ...reasons].join("\n");
}

/** Engines against lengths; empty where nothing has the quantity. */
function longTable({ rows, fits, head, recompute }: LongAudio, quantity: TrainingQuantity): string {
  const minutes = [...new Set(rows.map((row) => row.minutes))].sort((p, q) => p - q);
  const has = rows.some(({ step }) => step.status === "ok" && stepFigure(step, quantity) !== null);
  if (!has && quantity !== "seconds") return "";
  const lines = [...new Set(rows.map(({ engine }) => engine))].map((engine) => {
    const cells = minutes.map((length) => {
      const row = rows.find((row) => row.engine === engine && row.minutes === length);
      return row === undefined ? "-" : cell(row.step, quantity);
    });
    const fit = fits.find((one) => one.engine === engine && one.quantity === quantity);
    return [engine, ...cells, fit === undefined ? "-" : formatExponent(fit)];
  });
  const title = `${trainingQuantityName(quantity)} (${head}, recomputation ${recompute ? "on" : "off"})`;
  return aligned([[title, ...minutes.map((length) => `${length} min`), "exponent [95 %]"], ...lines]);
}

/** Short words for what is missing, wide enough for a column. */
const MISSING = { "out-of-memory": "OOM", "over-limit": "limit", "over-budget": "budget", "failed": "failed" } as const;

function cell(step: Step, quantity: TrainingQuantity): string {
  if (step.status !== "ok") return MISSING[step.status];
  const figure = stepFigure(step, quantity);
  if (figure === null) return "-";
  return quantity === "seconds" || quantity === "gpu_seconds"
    ? formatSeconds(figure.median)
    : formatBytes(figure.median);
}
