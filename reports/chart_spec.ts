import type { TopLevelSpec } from "vega-lite";
import type { ChartData, Datum } from "./chart_data.ts";
import { CHART_THEME, FAINT_INK, INK } from "./chart_theme.ts";
import { niceDomain, ticks } from "./plot_axis.ts";

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
/** Engines in the order of their styles. */
export const STYLED_ENGINES: readonly string[] = Object.keys(STYLES);

const OTHER_STYLES: readonly Style[] = [
  { color: "#6E6E6E", shape: "triangle-left" },
  { color: "#7A4B00", shape: "square" },
];

/** A log-log chart of a quantity against minutes of audio: measured points with interval bars, and fitted lines. */
export interface Chart {
  readonly title: string;
  readonly subtitle: readonly string[];
  /** What the other axis counts, and in which unit. */
  readonly axisTitle: string;
  /** Engines, which decide the colour, and what the legend calls them. */
  readonly series: readonly { readonly name: string; readonly label: string }[];
  /** One panel each. */
  readonly batches: readonly number[];
  readonly data: ChartData;
}

/** Vega-Lite specification of a chart; peaks from outside are hollow points. */
export function chartSpec({ title, subtitle, axisTitle, series, batches, data }: Chart): TopLevelSpec {
  const values = [...data.points, ...data.outside].flatMap(({ lower, upper }) => [lower, upper]);
  const minutes = [...new Set(data.points.map((point) => point.minutes))].sort((p, q) => p - q);
  const styles = series.map(({ name }, index) => styleOf(name, index));
  const labels = series.map(({ label }) => label);

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
      subtitle: subtitle.flatMap(wrapped),
      anchor: "start",
      offset: 18,
    },
    ...(batches.length === 1 ? panel(batches[0]) : { hconcat: batches.map(panel) }),
    config: CONFIG,
  } as TopLevelSpec;
}

const CONFIG = {
  ...CHART_THEME,
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
};

function styleOf(name: string, index: number): Style {
  return STYLES[name] ?? OTHER_STYLES[index % OTHER_STYLES.length];
}

/** Lines short enough that Vega's generous guess of their width does not widen the chart. */
function wrapped(text: string): string[] {
  return text.match(/.{1,76}(?= |$)/g)?.map((line) => line.trim()) ?? [];
}

/** A line of subtitle for each series that lacks points: at which lengths, and why. */
export function withoutMeasurement(
  rows: readonly { readonly name: string; readonly minutes: number; readonly status: string }[],
): string[] {
  const missing = new Map<string, string[]>();
  for (const { name, minutes, status } of rows) {
    missing.set(name, [...(missing.get(name) ?? []), `${minutes}\u00a0min\u00a0(${status})`]);
  }
  return [...missing].map(([name, points]) => `No measurement of ${name}: ${points.join(", ")}`);
}
