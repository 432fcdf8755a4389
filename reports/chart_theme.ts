const FONT = "Inter, Helvetica, Arial, sans-serif";

/** Colours of text, and of text that stands back. */
export const INK = "#1f2328";
export const FAINT_INK = "#59636e";

/** How every chart looks, as Vega-Lite's `config`; a chart adds its legend. */
export const CHART_THEME = {
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
  view: { stroke: null },
} as const;
