import { STYLED_ENGINES } from "../chart_spec.ts";
import { formatBytes, formatExponent, seriesName, significant } from "../format.ts";
import { plotsOf } from "../plot.ts";
import { type Figure, figureOf, isTime } from "../quantity.ts";
import type { Quantity, ScalingReport } from "../schema.ts";
import { stepFigure } from "../training_derive.ts";
import { trainingPlotsOf } from "../training_plot.ts";
import type { TrainingReport } from "../training_schema.ts";
import type { Chart, ChartPoint, ChartSeries, MissingPoint } from "./client/chart_model.ts";

/** A chart with the file of the drawing in whose place it stands. */
export interface PlacedChart extends Chart {
  readonly file: string;
}

/** The charts of a scaling report, one for each drawing and batch; `prefix` begins their ids. */
export function scalingCharts(report: ScalingReport, prefix: string): PlacedChart[] {
  const batches = [...new Set(report.rows.map(({ batch }) => batch))].sort((p, q) => p - q);
  return plotsOf(report).flatMap(({ quantity, title, file }) =>
    batches.map((batch): PlacedChart => ({
      id: `${prefix}-${quantity}-${batch}`,
      title: `${title}, batch ${batch}`,
      file,
      unit: isTime(quantity) ? "seconds" : "bytes",
      counts: COUNTS[quantity],
      series: scalingSeries(report, quantity, batch),
    }))
  );
}

const COUNTS: Readonly<Record<Quantity, string>> = {
  seconds: "median time of a batch, upload to tokens by the host's clock; bars: 95 % interval",
  encoder_seconds: "median time of log-mel, encoder and CTC head by the GPU's clock; bars: 95 % interval",
  memory: "peak of live GPU buffers by the ledger, weights included",
  activation_memory: "the same without the weights",
};

function scalingSeries(report: ScalingReport, quantity: Quantity, batch: number): ChartSeries[] {
  const rows = report.rows.filter((row) => row.batch === batch);
  const names = [...new Set(rows.map((row) => seriesName(report, row)))];
  return names.flatMap((name): ChartSeries[] => {
    const own = rows.filter((row) => seriesName(report, row) === name);
    const points = own.flatMap((row): ChartPoint[] => {
      const figure = row.status === "ok" ? figureOf(row, quantity) : null;
      if (row.status !== "ok" || figure === null) return [];
      const { outside_peak_bytes: outside, outside_source } = row.memory;
      const count = row.seconds.samples.length;
      const note = isTime(quantity)
        ? `${count} repeat${count === 1 ? "" : "s"}, RTFx ${significant(row.rtfx)}`
        : outside === null
        ? ""
        : `${formatBytes(outside)} from outside (${outside_source})`;
      return [pointOf(row.minutes, figure, note)];
    });
    const missing = own.flatMap(({ minutes, status, reason }): MissingPoint[] =>
      status === "ok" ? [] : [{ minutes, reason: `${status}: ${reason}` }]
    );
    const fit = report.fits.find((one) =>
      one.quantity === quantity && one.batch === batch && seriesName(report, one) === name
    );
    return seriesOf(name, names, points, missing, fit);
  });
}

/** The charts of a training report, of steps through long utterances; none without such. */
export function trainingCharts(report: TrainingReport, prefix: string): PlacedChart[] {
  const rows = report.long?.rows ?? [];
  const names = [...new Set(rows.map(({ engine }) => engine))];
  return trainingPlotsOf(report).map(({ quantity, title, file }) => ({
    id: `${prefix}-${quantity}`,
    title,
    file,
    unit: quantity === "seconds" ? "seconds" : "bytes",
    counts: quantity === "seconds"
      ? "median time of a step by the host's clock; bars: 95 % interval"
      : "peak of live GPU buffers by the ledger",
    series: names.flatMap((name) => {
      const own = rows.filter(({ engine }) => engine === name);
      const points = own.flatMap(({ minutes, step }): ChartPoint[] => {
        const figure = step.status === "ok" ? stepFigure(step, quantity) : null;
        if (step.status !== "ok" || figure === null) return [];
        return [
          pointOf(minutes, figure, `${step.seconds.samples.length} repeats, ${step.dispatches} dispatches a step`),
        ];
      });
      const missing = own.flatMap(({ minutes, step }): MissingPoint[] =>
        step.status === "ok" ? [] : [{ minutes, reason: `${step.status}: ${step.reason}` }]
      );
      const fit = report.long?.fits.find((one) => one.engine === name && one.quantity === quantity);
      return seriesOf(name, names, points, missing, fit);
    }),
  }));
}

function pointOf(minutes: number, { median, lower, upper }: Figure, note: string): ChartPoint {
  return { minutes, value: median, lower, upper, note };
}

/** A series, or none where there is nothing to show of it. */
function seriesOf(
  name: string,
  names: readonly string[],
  points: readonly ChartPoint[],
  missing: readonly MissingPoint[],
  fit: (Parameters<typeof formatExponent>[0] & { readonly intercept: number }) | undefined,
): ChartSeries[] {
  if (points.length === 0 && missing.length === 0) return [];
  // As in the drawings of chart_spec.ts; others follow.
  const others = names.filter((other) => !STYLED_ENGINES.includes(other));
  const style = [...STYLED_ENGINES, ...others].indexOf(name);
  const detail = fit === undefined ? "" : formatExponent(fit);
  const line = fit === undefined ? null : { intercept: fit.intercept, exponent: fit.exponent };
  return [{ name, detail, style, points, missing, fit: line }];
}
