import { plotSpec } from "./plot_spec.ts";
import { isShown } from "./quantity.ts";
import { renderSpec } from "./render_spec.ts";
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

/** A drawing as SVG. */
export function render(report: ScalingReport, { quantity, title }: Plot): Promise<string> {
  return renderSpec(plotSpec(report, quantity, title));
}
