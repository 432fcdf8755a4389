import type { TopLevelSpec } from "vega-lite";
import { chartData } from "./chart_data.ts";
import { chartSpec, withoutMeasurement } from "./chart_spec.ts";
import { deviceName, formatExponent } from "./format.ts";
import { stepFigure } from "./training_derive.ts";
import type { TrainingReport } from "./training_schema.ts";

/** A drawing that goes with a training report. */
export interface TrainingPlot {
  readonly quantity: "seconds" | "memory";
  readonly file: string;
  readonly title: string;
}

/** The drawings of a report: time and memory of steps through long utterances, if it has any. */
export function trainingPlotsOf({ long }: TrainingReport): TrainingPlot[] {
  if (long === null) return [];
  return [
    { quantity: "seconds", file: "time.svg", title: "Time of a training step against audio length" },
    { quantity: "memory", file: "memory.svg", title: "GPU memory of a training step against audio length" },
  ];
}

const HEADS = { ctc: "CTC loss", decoder: "the decoder's loss", both: "loss of CTC and decoder" } as const;

/** Vega-Lite specification of a drawing; no rows, no marks. */
export function trainingPlotSpec({ environment, long }: TrainingReport, plot: TrainingPlot): TopLevelSpec {
  const { quantity, title } = plot;
  const label = (engine: string): string => {
    const fit = long?.fits.find((one) => one.engine === engine && one.quantity === quantity);
    return fit === undefined ? engine : `${engine}: ${formatExponent(fit)}`;
  };
  const rows = long?.rows ?? [];
  const points = rows.flatMap(({ engine, minutes, step }) => {
    const figure = step.status === "ok" ? stepFigure(step, quantity) : null;
    if (step.status !== "ok" || figure === null) return [];
    const outside = quantity === "memory" ? step.memory.outside_peak_bytes : null;
    return [{ name: engine, label: label(engine), batch: 1, minutes, figure, outside }];
  });
  const fits = long?.fits.filter((fit) => fit.quantity === quantity) ?? [];
  const lines = fits.map((fit) => ({ ...fit, label: label(fit.engine), batch: 1 }));
  const data = chartData(points, lines, quantity === "seconds");
  return chartSpec({
    title,
    subtitle: [
      deviceName(environment),
      `${HEADS[long?.head ?? "both"]}, recomputation ${long?.recompute ? "on" : "off"}, size ${long?.preset}`,
      "25 encoder frames per second · lines are power-law fits",
      ...withoutMeasurement(
        rows.filter(({ step }) => step.status !== "ok")
          .map(({ engine, minutes, step }) => ({ name: engine, minutes, status: step.status })),
      ),
    ],
    axisTitle: quantity === "seconds"
      ? `median time of a step, ${data.unit} (bars: 95 % interval)`
      : `peak memory, ${data.unit}${data.outside.length > 0 ? " (filled: ledger, hollow: from outside)" : ""}`,
    series: [...new Set(points.map(({ name }) => name))].map((name) => ({ name, label: label(name) })),
    batches: [1],
    data,
  });
}
