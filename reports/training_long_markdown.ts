import { fixed, formatExponent, formatMinutes, significant } from "./format.ts";
import { verdict } from "./growth.ts";
import { markdownTable } from "./markdown_table.ts";
import { count, figuresTable, STEP_COLUMNS, stepCells } from "./training_cells.ts";
import { TRAINING_QUANTITIES } from "./training_derive.ts";
import { trainingPlotsOf } from "./training_plot.ts";
import type { LongAudio, TrainingQuantity, TrainingReport } from "./training_schema.ts";

const NAMES: Readonly<Record<TrainingQuantity, string>> = {
  seconds: "time of a step",
  gpu_seconds: "time by the GPU's clock",
  memory: "peak memory",
  step_memory: "the step's memory",
};

/** The quantity as tables name it. */
export function trainingQuantityName(quantity: TrainingQuantity): string {
  return NAMES[quantity];
}

/** Everything about steps through long utterances. */
export function longSections(report: TrainingReport, long: LongAudio): string {
  const { rows, preset, recompute, models } = long;
  return [
    "## One step through one long utterance",
    `Models of size \`${preset}\` (${
      Object.entries(models).map(([engine, { parameters }]) => `${engine} ${count(parameters.total)}`).join(", ")
    } parameters), recomputation ${recompute ? "on" : "off"}. ${headText(long)}`,
    "Each figure is the exponent k of c · minutes^k with its 95 % interval: 0 is constant, 1 linear, 2 quadratic.",
    [...new Set(rows.map(({ engine }) => engine))].map((engine) => `- ${sentence(long, engine)}`).join("\n"),
    resultTable(long),
    trainingPlotsOf(report).map(({ title, file }) => `![${title}](${file})`).join("\n\n"),
    fitTable(long),
    figuresTable(rows.map(({ engine, minutes, step }) => ({ name: `${engine}, ${formatMinutes(minutes)}`, step }))),
  ].filter((part) => part !== "").join("\n\n");
}

/** What the loss is of, and what that means for growth. */
function headText({ head, ctc_weight, rows }: LongAudio): string {
  const tokens = rows.map(({ tokens }) => tokens);
  const [least, most] = [Math.min(...tokens), Math.max(...tokens)].map(count);
  const text = least === most ? `${most} characters` : `${least} to ${most} characters`;
  const kept = "CTC's gradient keeps 16 bytes for every encoder frame and label, which is T × L";
  if (head === "ctc") {
    return `The loss is CTC's alone, over a text of ${text}: ${kept}, and with a text as long as is spoken in that time ` +
      "would outgrow the model's. What grows here is the encoder.";
  }
  if (head === "decoder") {
    return `The loss is the decoder's alone, over a text of ${text}: ${kept}, which is why CTC is left out. A ` +
      "transformer's decoder attends to every frame of the memory and to all tokens before, whatever its encoder does.";
  }
  return `The loss is ${significant(ctc_weight)} of CTC and ${
    significant(1 - ctc_weight)
  } of the decoder, over a text of ` +
    `${text}: ${kept}.`;
}

function sentence({ rows, fits }: LongAudio, engine: string): string {
  const own = rows.filter((row) => row.engine === engine);
  const parts = TRAINING_QUANTITIES.flatMap((quantity) => {
    const fit = fits.find((one) => one.engine === engine && one.quantity === quantity);
    return fit === undefined ? [] : [`${NAMES[quantity]} **${formatExponent(fit)}**, ${verdict(fit)}`];
  });
  const measured = own.filter(({ step }) => step.status === "ok");
  const missing = own.filter(({ step }) => step.status !== "ok")
    .map(({ minutes, step }) => `${formatMinutes(minutes)} (${step.status})`).join(", ");
  const found = measured.length === 0
    ? "nothing was measured"
    : parts.length === 0
    ? `measured at ${formatMinutes(measured[0].minutes)} only, which gives no exponent`
    : parts.join("; ") + (measured.length === 2 ? " (two lengths show no bend)" : "");
  return `**${engine}**: ${found}.${missing === "" ? "" : ` No measurement at ${missing}.`}`;
}

function resultTable({ rows }: LongAudio): string {
  const header = ["Engine", "Minutes", "Frames", ...STEP_COLUMNS];
  const lines = rows.map(({ engine, minutes, frames, predicted_seconds, step }) => [
    engine,
    String(minutes),
    String(frames),
    ...stepCells(step, predicted_seconds),
  ]);
  return markdownTable(header, lines, header.slice(1, -1));
}

function fitTable({ fits }: LongAudio): string {
  if (fits.length === 0) return "No engine has two measured lengths, so nothing was fitted.";
  const header = ["Quantity", "Engine", "Exponent [95 %]", "Interval from", "Last two lengths", "R²", "Lengths"];
  const lines = fits.map((fit) => [
    NAMES[fit.quantity],
    fit.engine,
    formatExponent(fit),
    fit.method === "none" ? "–" : fit.method,
    fixed(fit.tail_exponent, 2),
    fit.r2.toFixed(3),
    String(fit.points),
  ]);
  return markdownTable(header, lines, ["Exponent [95 %]", "Last two lengths", "R²", "Lengths"]);
}
