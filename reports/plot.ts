import { plotSpec } from "./plot_spec.ts";
import { isShown } from "./quantity.ts";
import type { Quantity, ScalingReport } from "./schema.ts";

/** A drawing that goes with a report. */
export interface Plot {
  readonly quantity: Quantity;
  readonly file: string;
  readonly title: string;
}

const PLOTS: readonly Plot[] = [
  { quantity: "seconds", file: "time.svg", title: "End-to-end time against audio length" },
  { quantity: "encoder_seconds", file: "encoder.svg", title: "Encoder time by the GPU's clock against audio length" },
  { quantity: "memory", file: "memory.svg", title: "GPU memory against audio length" },
];

/** The drawings of a report: time, the encoder's where it has timestamps, and memory unless it was counted nowhere. */
export function plotsOf({ rows }: ScalingReport): Plot[] {
  return PLOTS.filter(({ quantity }) => isShown(rows, quantity));
}

/** Deno fetches what an import names literally before anything runs; named in a variable, Vega comes only to draw. */
const VEGA: string = "vega";
const VEGA_LITE: string = "vega-lite";

/** A drawing as SVG. */
export async function render(report: ScalingReport, { quantity, title }: Plot): Promise<string> {
  const vega: typeof import("vega") = await import(VEGA);
  const vegaLite: typeof import("vega-lite") = await import(VEGA_LITE);
  const view = new vega.View(vega.parse(vegaLite.compile(plotSpec(report, quantity, title)).spec), {
    renderer: "none",
  });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
