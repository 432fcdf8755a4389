import { formatBytes, formatMinutes, formatSeconds } from "../../format.ts";
import type { Chart } from "./chart_model.ts";
import type { Mark } from "./layout.ts";

/** What a mark says when it is pointed at: engine, then its figure or why it has none, then what else there is to tell. */
export function readout({ unit, series }: Chart, mark: Mark): [string, string, string] {
  const { name, points, missing } = series[mark.series];
  if (mark.missing) {
    const { minutes, reason } = missing[mark.point];
    return [`${name}, ${formatMinutes(minutes)}`, "no measurement", reason];
  }
  const { minutes, value, lower, upper, note } = points[mark.point];
  const format = unit === "seconds" ? formatSeconds : formatBytes;
  const interval = upper > lower ? `, 95 % interval ${format(lower)} to ${format(upper)}` : "";
  return [`${name}, ${formatMinutes(minutes)}`, `${format(value)}${interval}`, note];
}
