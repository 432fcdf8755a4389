import type { TopLevelSpec } from "vega-lite";
import { chartData } from "./chart_data.ts";
import { chartSpec, withoutMeasurement } from "./chart_spec.ts";
import { deviceName, formatExponent, seriesName } from "./format.ts";
import { figureOf, isTime } from "./quantity.ts";
import type { Quantity, ScalingReport } from "./schema.ts";

/**
 * Vega-Lite specification of `quantity` against minutes, both logarithmic, under `title`: medians with interval bars,
 * fitted lines over the measured range, one panel per batch. Memory shows the outside peak as hollow points.
 */
export function plotSpec(report: ScalingReport, quantity: Quantity, title: string): TopLevelSpec {
  const points = report.rows.flatMap((row) => {
    const figure = row.status === "ok" ? figureOf(row, quantity) : null;
    if (row.status !== "ok" || figure === null) return [];
    const { batch, minutes, memory } = row;
    const name = seriesName(report, row);
    const outside = quantity === "memory" ? memory.outside_peak_bytes : null;
    return [{ name, label: seriesLabel(report, name, quantity), batch, minutes, figure, outside }];
  });
  const fits = report.fits.filter((fit) => fit.quantity === quantity).map((fit) => ({
    ...fit,
    label: seriesLabel(report, seriesName(report, fit), quantity),
  }));
  const data = chartData(points, fits, isTime(quantity));
  return chartSpec({
    title,
    subtitle: subtitle(report, quantity),
    axisTitle: isTime(quantity)
      ? `median time of a batch, ${data.unit} (bars: 95 % interval)`
      : `peak memory, ${data.unit}${data.outside.length > 0 ? " (filled: ledger, hollow: from outside)" : ""}`,
    series: [...new Set(points.map(({ name }) => name))].map((name) => (
      { name, label: seriesLabel(report, name, quantity) }
    )),
    batches: [...new Set(report.rows.map(({ batch }) => batch))].sort((p, q) => p - q),
    data,
  });
}

/** Legend text: the series, with its exponent where one panel makes that one figure. */
function seriesLabel(report: ScalingReport, name: string, quantity: Quantity): string {
  if (new Set(report.rows.map(({ batch }) => batch)).size > 1) return name;
  const fit = report.fits.find((candidate) =>
    candidate.quantity === quantity && seriesName(report, candidate) === name
  );
  return fit === undefined ? name : `${name}: ${formatExponent(fit)}`;
}

/** What a figure counts, in a few words. */
const WHAT: Record<Quantity, string> = {
  seconds: "upload to tokens by the host's clock",
  encoder_seconds: "log-mel, encoder and CTC head",
  memory: "weights included",
  activation_memory: "without the weights",
};

/** Device, audio, and what has no point on the chart. */
function subtitle(report: ScalingReport, quantity: Quantity): string[] {
  const { environment, rows } = report;
  const audio = environment.dataset.source === "generated" ? "generated audio, not speech" : "stitched recorded speech";
  const missing = rows.filter(({ status }) => status !== "ok").map((row) => (
    { name: `${seriesName(report, row)}, batch ${row.batch}`, minutes: row.minutes, status: row.status }
  ));
  return [
    `${deviceName(environment)} · ${audio}`,
    WHAT[quantity],
    ...(quantity === "seconds" && rows.some(({ engine, status }) => engine === "whisper" && status === "ok")
      ? [`whisper with its decoder, on the CPU: ${environment.cpu}`]
      : []),
    `${report.frame_rate_hz} encoder frames per second · lines are power-law fits`,
    ...withoutMeasurement(missing),
  ];
}
