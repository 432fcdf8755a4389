import { positionOn, uncrowded } from "./axis.ts";
import type { Chart, ChartSeries } from "./chart_model.ts";
import { escapeHtml } from "./escape.ts";
import type { Layout } from "./layout.ts";

/** Shapes that tell engines apart without any colour, about 10 pixels wide, around 0, 0. */
const SHAPES: readonly string[] = [
  "M0-5A5 5 0 1 1 0 5A5 5 0 1 1 0-5Z",
  "M-4.5-4.5H4.5V4.5H-4.5Z",
  "M0-6.2L6.2 0 0 6.2-6.2 0Z",
  "M0-5.8L5.8 4.6H-5.8Z",
  "M0 5.8L5.8-4.6H-5.8Z",
  "M-1.9-5.6H1.9V-1.9H5.6V1.9H1.9V5.6H-1.9V1.9H-5.6V-1.9H-1.9Z",
  "M5.8 0L-4.6 5.8V-5.8Z",
  "M-5.8 0L4.6-5.8V5.8Z",
];

/** How many colours there are; a chart of more engines uses them again, with other shapes. */
const COLOURS = 9;

/** CSS class of the colour of a style. */
export function colourClass(style: number): string {
  return `c${style % COLOURS}`;
}

/** The shape of a style as an SVG path around 0, 0. */
export function shapeOf(style: number): string {
  return SHAPES[style % SHAPES.length];
}

/** The sign of a series in a legend. */
export function swatchSvg(style: number): string {
  return `<svg class="swatch ${colourClass(style)}" viewBox="-10 -8 20 16" width="20" height="16" aria-hidden="true">` +
    `<path class="line" d="M-10 0H10"/><path class="dot" d="${shapeOf(style)}"/></svg>`;
}

/** The chart as SVG; `active` is the index of the mark that is read out, or -1. */
export function chartSvg(chart: Chart, layout: Layout, active: number): string {
  const { width, height, box, shown, marks } = layout;
  const label = escapeHtml(`${chart.title}: ${shown.map(({ name }) => name).join(", ") || "nothing shown"}`);
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}">` +
    axesSvg(layout) +
    shown.map((series) => seriesSvg(series, layout)).join("") +
    marks.map((mark, i) => {
      const series = chart.series[mark.series];
      const shape = mark.missing ? "M-4-4L4 4M-4 4L4-4" : shapeOf(series.style);
      const ring = i === active ? `<circle class="ring" r="10"/>` : "";
      return `<g class="${colourClass(series.style)}" transform="translate(${px(mark.left)} ${px(mark.top)})">` +
        `<path class="${mark.missing ? "cross" : "dot"}" d="${shape}"/>${ring}</g>`;
    }).join("") +
    (shown.length > 0 ? "" : `<text class="nothing" x="${width / 2}" y="${(box.top + box.bottom) / 2}">` +
      "every engine is switched off</text>") +
    "</svg>";
}

function axesSvg({ box, x, y, unit }: Layout): string {
  const rows = y.ticks.map((tick) => {
    const top = px(positionOn(y, tick, box.bottom, box.top));
    return `<path class="grid" d="M${box.left} ${top}H${box.right}"/>` +
      `<text class="tick" x="${box.left - 7}" y="${top}" dy="0.35em" text-anchor="end">${tickText(tick)}</text>`;
  });
  const columns = uncrowded(x, box.left, box.right, 26).map((tick) => {
    const left = px(positionOn(x, tick, box.left, box.right));
    return `<path class="domain" d="M${left} ${box.bottom}v5"/>` +
      `<text class="tick" x="${left}" y="${box.bottom + 18}" text-anchor="middle">${tickText(tick)}</text>`;
  });
  return rows.join("") + columns.join("") +
    `<path class="domain" d="M${box.left} ${box.bottom}H${box.right}"/>` +
    `<text class="tick" x="${box.left - 7}" y="${box.top - 10}" text-anchor="end">${unit}</text>` +
    `<text class="title" x="${(box.left + box.right) / 2}" y="${
      box.bottom + 37
    }" text-anchor="middle">minutes of audio</text>`;
}

/** Fitted line and interval bars of one series. */
function seriesSvg(series: ChartSeries, { box, x, y, size }: Layout): string {
  const left = (minutes: number): number => positionOn(x, minutes, box.left, box.right);
  const top = (value: number): number => positionOn(y, value / size, box.bottom, box.top);
  const bars = series.points.filter(({ lower, upper }) => upper > lower).map(({ minutes, lower, upper }) => {
    const [at, low, high] = [left(minutes), top(lower), top(upper)];
    return `M${px(at)} ${px(low)}V${px(high)}M${px(at - 4)} ${px(low)}h8M${px(at - 4)} ${px(high)}h8`;
  });
  return `<g class="${colourClass(series.style)}"><path class="line" d="${fitPath(series, left, top)}"/>` +
    `<path class="bar" d="${bars.join("")}"/></g>`;
}

/** The fitted power law over the measured range, which bends where an axis is linear. */
function fitPath(
  { points, fit }: ChartSeries,
  left: (minutes: number) => number,
  top: (value: number) => number,
): string {
  if (fit === null || points.length < 2) return "";
  const minutes = points.map((point) => point.minutes);
  const [least, greatest] = [Math.min(...minutes), Math.max(...minutes)];
  const steps = 32;
  return Array.from({ length: steps + 1 }, (_, i) => {
    const at = least * (greatest / least) ** (i / steps);
    return `${i === 0 ? "M" : "L"}${px(left(at))} ${px(top(Math.exp(fit.intercept) * at ** fit.exponent))}`;
  }).join("");
}

function px(value: number): string {
  return String(Number(value.toFixed(1)));
}

function tickText(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: 6 });
}
