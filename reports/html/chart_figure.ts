import type { Chart, ChartSeries } from "./client/chart_model.ts";
import { chartSvg, swatchSvg } from "./client/chart_svg.ts";
import { escapeHtml } from "./client/escape.ts";
import { layoutOf } from "./client/layout.ts";

/** Width of the drawing until a script knows better, in pixels. */
const WIDTH = 760;

/** A chart with its switches: engines on or off, which is also the legend, and each axis logarithmic or linear. */
export function chartFigure(chart: Chart): string {
  const layout = layoutOf(chart, { width: WIDTH, x: "log", y: "log", hidden: [] });
  const id = escapeHtml(chart.id);
  const missing = chart.series.some((series) => series.missing.length > 0);
  return `<figure data-chart="${id}" aria-labelledby="${id}-title">
<figcaption><h4 id="${id}-title">${escapeHtml(chart.title)}</h4>
<p>${escapeHtml(chart.counts)}; lines: power-law fits${missing ? "; ×: no measurement" : ""}.</p></figcaption>
<div class="plot" tabindex="0" role="application" aria-roledescription="chart" aria-describedby="${id}-keys" aria-label="${
    escapeHtml(chart.title)
  }"><div class="drawing">${chartSvg(chart, layout, -1)}</div><div class="tip" aria-hidden="true" hidden></div></div>
<p class="keys" id="${id}-keys">Point at a mark, or focus the chart and use the arrow keys: left and right along an engine, up and down to the next.</p>
<p class="vh" aria-live="polite"></p>
<div class="switches"><fieldset class="legend"><legend>Engines: exponent [95 % interval]</legend>
${chart.series.map(legendItem).join("\n")}
<button type="button" data-all>All or none</button></fieldset>
${axisSwitch(id, "y", "Vertical axis")}${axisSwitch(id, "x", "Horizontal axis")}</div></figure>`;
}

function legendItem({ name, detail, style, points }: ChartSeries): string {
  const said = detail !== "" ? detail : points.length === 0 ? "not measured" : "";
  return `<label><input type="checkbox" checked data-series="${escapeHtml(name)}">${swatchSvg(style)}` +
    `<span>${escapeHtml(name)}</span> <small>${escapeHtml(said)}</small></label>`;
}

function axisSwitch(id: string, axis: string, title: string): string {
  const choice = (value: string, checked: string): string =>
    `<label><input type="radio" name="${id}-${axis}" data-axis="${axis}" value="${value}"${checked}>` +
    `${value === "log" ? "logarithmic" : "linear"}</label>`;
  return `<fieldset class="axis"><legend>${title}</legend>${choice("log", " checked")}${
    choice("linear", "")
  }</fieldset>`;
}
