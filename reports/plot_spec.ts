import type { TopLevelSpec } from "vega-lite";
import { deviceName, formatExponent, seriesName } from "./format.ts";
import { figureOf, isTime } from "./quantity.ts";
import { niceDomain, ticks } from "./plot_axis.ts";
import type { Quantity, ScalingReport } from "./schema.ts";

/** Colour and shape of one engine. */
interface Style {
  readonly color: string;
  readonly shape: string;
}

/** Okabe and Ito's colours, safe for colour blindness; shapes tell the engines apart without any colour. */
const STYLES: Record<string, Style> = {
  "samba": { color: "#0072B2", shape: "circle" },
  "samba-causal": { color: "#56B4E9", shape: "square" },
  "samba-streaming": { color: "#009E73", shape: "diamond" },
  "transformer-naive": { color: "#D55E00", shape: "triangle-up" },
  "transformer-flash": { color: "#E69F00", shape: "triangle-down" },
  "transformer-window": { color: "#CC79A7", shape: "cross" },
  "whisper": { color: "#000000", shape: "triangle-right" },
};
const OTHER_STYLES: readonly Style[] = [
  { color: "#6E6E6E", shape: "triangle-left" },
  { color: "#7A4B00", shape: "square" },
];

const FONT = "Inter, Helvetica, Arial, sans-serif";
const INK = "#1f2328";
const FAINT_INK = "#59636e";

/** One mark of the chart, in the chart's unit. */
interface Datum {
  readonly label: string;
  readonly batch: number;
  readonly minutes: number;
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

/** The chart's data and what its axes need. */
interface ChartData {
  readonly points: Datum[];
  readonly outside: Datum[];
  readonly lines: Datum[];
  readonly unit: string;
}

/**
 * Vega-Lite specification of `quantity` against minutes, both logarithmic, under `title`: medians with interval bars,
 * fitted lines over the measured range, one panel per batch. Memory shows the outside peak as hollow points.
 */
export function plotSpec(report: ScalingReport, quantity: Quantity, title: string): TopLevelSpec {
  const measured = report.rows.filter((row) => row.status === "ok" && figureOf(row, quantity) !== null);
  const batches = [...new Set(report.rows.map(({ batch }) => batch))].sort((p, q) => p - q);
  const engines = [...new Set(measured.map((row) => seriesName(report, row)))];
  const data = chartData(report, quantity);
  const values = [...data.points, ...data.outside].flatMap(({ lower, upper }) => [lower, upper]);
  const minutes = [...new Set(measured.map((row) => row.minutes))].sort((p, q) => p - q);
  const styles = engines.map((engine, index) => styleOf(engine, index));
  const labels = engines.map((engine) => seriesLabel(report, engine, quantity));
  const axisTitle = isTime(quantity)
    ? `median time of a batch, ${data.unit} (bars: 95 % interval)`
    : `peak memory, ${data.unit}${data.outside.length > 0 ? " (filled: ledger, hollow: from outside)" : ""}`;

  const y = {
    field: "value",
    type: "quantitative",
    scale: { type: "log", domain: niceDomain(values), nice: false },
    axis: {
      title: axisTitle,
      // Above the axis: read without turning the head, and Vega's guess of its width moves nothing.
      titleAngle: 0,
      titleAlign: "left",
      titleX: 0,
      titleY: -12,
      values: ticks(niceDomain(values)),
      format: ",~r",
    },
  };
  const x = {
    field: "minutes",
    type: "quantitative",
    scale: { type: "log", domain: [(minutes[0] ?? 1) / 1.12, (minutes.at(-1) ?? 10) * 1.12], nice: false },
    axis: { title: "minutes of audio", values: minutes, format: "~r", labelOverlap: true },
  };
  const color = {
    field: "label",
    type: "nominal",
    scale: { domain: labels, range: styles.map((style) => style.color) },
    legend: {
      title: batches.length === 1 ? "engine: exponent [95 % interval]" : "engine",
      orient: "bottom",
      columns: batches.length === 1 ? 2 : 3,
    },
  };
  const shape = { ...color, scale: { domain: labels, range: styles.map((style) => style.shape) } };
  const panel = (batch: number): Record<string, unknown> => {
    const own = (all: readonly Datum[]): { values: Datum[] } => ({ values: all.filter((d) => d.batch === batch) });
    const bars = { ...y, field: "lower" };
    return {
      ...(batches.length > 1 ? { title: { text: `batch ${batch}`, fontSize: 13, anchor: "middle" } } : {}),
      width: batches.length > 1 ? 420 : 700,
      height: 400,
      layer: [
        { data: own(data.lines), mark: { type: "line", strokeWidth: 2, opacity: 0.55 }, encoding: { x, y, color } },
        {
          data: own(data.outside),
          mark: { type: "point", filled: false, size: 60, strokeWidth: 1.5, opacity: 0.8, description: "outside peak" },
          encoding: { x, y, color, shape },
        },
        {
          data: own(data.points),
          mark: { type: "rule", strokeWidth: 2.5, opacity: 0.8 },
          encoding: { x, y: bars, y2: { field: "upper" }, color },
        },
        {
          data: own(data.points),
          mark: { type: "point", filled: true, size: 85, opacity: 1, stroke: "white", strokeWidth: 0.8 },
          encoding: { x, y, color, shape },
        },
      ],
    };
  };
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "white",
    padding: 16,
    title: {
      text: title,
      subtitle: subtitle(report, quantity),
      anchor: "start",
      offset: 18,
    },
    ...(batches.length === 1 ? panel(batches[0]) : { hconcat: batches.map(panel) }),
    config: CONFIG,
  } as TopLevelSpec;
}

const CONFIG = {
  font: FONT,
  title: { color: INK, subtitleColor: FAINT_INK, fontSize: 18, subtitleFontSize: 12, subtitlePadding: 6 },
  axis: {
    labelColor: FAINT_INK,
    titleColor: INK,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: "normal",
    titlePadding: 10,
    gridColor: "#e6e8eb",
    domainColor: "#9aa4ae",
    tickColor: "#9aa4ae",
  },
  legend: {
    labelColor: INK,
    titleColor: FAINT_INK,
    labelFontSize: 12,
    titleFontWeight: "normal",
    labelLimit: 0,
    titleLimit: 0,
    symbolOpacity: 1,
    symbolSize: 85,
    columnPadding: 24,
    offset: 16,
    rowPadding: 5,
  },
  view: { stroke: null },
};

function chartData(report: ScalingReport, quantity: Quantity): ChartData {
  const measured = report.rows.filter((row) => row.status === "ok");
  const greatest = Math.max(0, ...measured.map((row) => figureOf(row, quantity)?.median ?? 0));
  const { unit, size } = isTime(quantity)
    ? (greatest < 1 ? { unit: "ms", size: 1e-3 } : { unit: "s", size: 1 })
    : (greatest < 2 ** 30 ? { unit: "MiB", size: 2 ** 20 } : { unit: "GiB", size: 2 ** 30 });
  const points: Datum[] = [];
  const outside: Datum[] = [];
  for (const row of measured) {
    const figure = figureOf(row, quantity);
    if (figure === null) continue;
    const { batch, minutes, memory } = row;
    const label = seriesLabel(report, seriesName(report, row), quantity);
    const at = (value: number, lower: number, upper: number): Datum => (
      { label, batch, minutes, value: value / size, lower: lower / size, upper: upper / size }
    );
    points.push(at(figure.median, figure.lower, figure.upper));
    const seen = quantity === "memory" ? memory.outside_peak_bytes : null;
    if (seen !== null && seen > 0) outside.push(at(seen, seen, seen));
  }
  const lines = report.fits.filter((fit) => fit.quantity === quantity).flatMap((fit) => {
    const label = seriesLabel(report, seriesName(report, fit), quantity);
    const own = points.filter((datum) => datum.label === label && datum.batch === fit.batch);
    const ends = [Math.min(...own.map((d) => d.minutes)), Math.max(...own.map((d) => d.minutes))];
    return ends.map((minutes) => {
      const value = Math.exp(fit.intercept + fit.exponent * Math.log(minutes)) / size;
      return { label, batch: fit.batch, minutes, value, lower: value, upper: value };
    });
  });
  return { points, outside, lines, unit };
}

/** Legend text: the series, with its exponent where one panel makes that one figure. */
function seriesLabel(report: ScalingReport, name: string, quantity: Quantity): string {
  if (new Set(report.rows.map(({ batch }) => batch)).size > 1) return name;
  const fit = report.fits.find((candidate) =>
    candidate.quantity === quantity && seriesName(report, candidate) === name
  );
  return fit === undefined ? name : `${name}: ${formatExponent(fit)}`;
}

function styleOf(name: string, index: number): Style {
  return STYLES[name] ?? OTHER_STYLES[index % OTHER_STYLES.length];
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
  const missing = new Map<string, string[]>();
  for (const row of rows) {
    if (row.status === "ok") continue;
    const name = `${seriesName(report, row)}, batch ${row.batch}`;
    missing.set(name, [...(missing.get(name) ?? []), `${row.minutes}\u00a0min\u00a0(${row.status})`]);
  }
  return [
    `${deviceName(environment)} · ${audio}`,
    WHAT[quantity],
    ...(quantity === "seconds" && rows.some(({ engine, status }) => engine === "whisper" && status === "ok")
      ? [`whisper with its decoder, on the CPU: ${environment.cpu}`]
      : []),
    `${report.frame_rate_hz} encoder frames per second · lines are power-law fits`,
    ...[...missing].map(([name, points]) => `No measurement of ${name}: ${points.join(", ")}`),
  ].flatMap(wrapped);
}

/** Lines short enough that Vega's generous guess of their width does not widen the chart. */
function wrapped(text: string): string[] {
  return text.match(/.{1,76}(?= |$)/g)?.map((line) => line.trim()) ?? [];
}
