import { exponentDecimals, formatExponent, formatMinutes, seriesName } from "./format.ts";
import type { Fit, Quantity, Row, ScalingReport } from "./schema.ts";

/** An engine at one batch size. */
export interface Series {
  readonly engine: string;
  readonly preset: string;
  readonly batch: number;
}

/** Every engine, preset and batch that has a row, batches ascending, engines in the order of the report. */
export function seriesIn({ rows }: ScalingReport): Series[] {
  const all = new Map(
    rows.map(({ engine, preset, batch }) => [`${engine} ${preset} ${batch}`, { engine, preset, batch }]),
  );
  return [...all.values()].sort((p, q) => p.batch - q.batch);
}

/** Rows of a series, in the order of the report. */
export function rowsOf({ rows }: ScalingReport, { engine, preset, batch }: Series): Row[] {
  return rows.filter((row) => row.engine === engine && row.preset === preset && row.batch === batch);
}

/** One sentence: how time and memory of an engine grow, what that says of linear growth, and where it has no measurement. */
export function growthSentence(report: ScalingReport, series: Series): string {
  const rows = rowsOf(report, series);
  const measured = rows.filter(({ status }) => status === "ok").map(({ minutes }) => minutes);
  const missing = rows.filter(({ status }) => status !== "ok")
    .map(({ minutes, status }) => `${formatMinutes(minutes)} (${status})`).join(", ");
  const part = (quantity: Quantity, name: string): string[] => {
    const fit = report.fits.find((one) =>
      one.engine === series.engine && one.preset === series.preset && one.batch === series.batch &&
      one.quantity === quantity
    );
    return fit === undefined ? [] : [`${name} **${formatExponent(fit)}**, ${verdict(fit)}`];
  };
  const parts = [
    ...part("seconds", "time end to end"),
    ...part("encoder_seconds", "encoder by the GPU's clock"),
    ...part("memory", "peak memory"),
    ...part("activation_memory", "memory without the weights"),
  ];
  const found = measured.length === 0
    ? "nothing was measured"
    : parts.length === 0
    ? `measured at ${formatMinutes(measured[0])} only, which gives no exponent`
    : parts.join("; ") + (measured.length === 2 ? " (two lengths show no bend)" : "");
  const without = missing === "" ? "" : ` No measurement at ${missing}.`;
  return `**${seriesName(report, series)}**: ${found}.${without}`;
}

/** What the interval of an exponent, as it is shown, says about linear growth, in a few words. */
export function verdict({ lower, upper, method }: Pick<Fit, "lower" | "upper" | "method">): string {
  if (method === "none") return "too few figures to tell";
  const decimals = exponentDecimals(lower, upper);
  const [low, high] = [Number(lower.toFixed(decimals)), Number(upper.toFixed(decimals))];
  if (high < 0) return "shrinking";
  if (low <= 0 && high < 1) return "no measurable growth";
  if (high < 1) return "below linear";
  if (low > 2) return "above quadratic";
  if (low > 1) return high < 2 ? "above linear" : "above linear, consistent with quadratic";
  return low <= 0 || high >= 2 ? "too uncertain to tell" : "consistent with linear";
}
