import type { Quantity, ScalingReport } from "./schema.ts";
import { plotSpec } from "./plot_spec.ts";

/** Time against minutes as SVG. */
export function timePlot(report: ScalingReport): Promise<string> {
  return render(report, "seconds");
}

/** The ledger's peak against minutes as SVG. */
export function memoryPlot(report: ScalingReport): Promise<string> {
  return render(report, "memory");
}

/** Deno fetches what an import names literally before anything runs; named in a variable, Vega comes only to draw. */
const VEGA: string = "vega";
const VEGA_LITE: string = "vega-lite";

async function render(report: ScalingReport, quantity: Quantity): Promise<string> {
  const vega: typeof import("vega") = await import(VEGA);
  const vegaLite: typeof import("vega-lite") = await import(VEGA_LITE);
  const view = new vega.View(vega.parse(vegaLite.compile(plotSpec(report, quantity)).spec), { renderer: "none" });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
