import type { TopLevelSpec } from "vega-lite";

/** Deno fetches what an import names literally before anything runs; named in a variable, Vega comes only to draw. */
const VEGA: string = "vega";
const VEGA_LITE: string = "vega-lite";

/** A Vega-Lite specification as SVG. */
export async function renderSpec(spec: TopLevelSpec): Promise<string> {
  const vega: typeof import("vega") = await import(VEGA);
  const vegaLite: typeof import("vega-lite") = await import(VEGA_LITE);
  const view = new vega.View(vega.parse(vegaLite.compile(spec).spec), { renderer: "none" });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
