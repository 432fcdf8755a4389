import { formatSeconds, significant } from "../../reports/format.ts";
import type { KernelRow, MeasuredKernel, MissingKernel } from "./row.ts";

const HEADER = ["kernel", "median", "min – max", "TFLOP/s", "GB/s", "of copy"];

/**
 * The rows as a table for a terminal. One that failed says why in place of its figures; those left out are named below,
 * by reason.
 */
export function kernelTable(rows: readonly KernelRow[]): string {
  const shown = rows.filter((row): row is MeasuredKernel | MissingKernel => row.status !== "left-out");
  const cells = shown.map((row) => row.status === "ok" ? measuredCells(row) : [row.name]);
  const widths = HEADER.map((title, column) =>
    Math.max(title.length, ...cells.map((line) => (line[column] ?? "").length))
  );
  const line = (texts: readonly string[]) =>
    texts.map((text, i) => i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i])).join("  ").trimEnd();
  const lines = [
    line(HEADER),
    ...shown.map((row, i) => row.status === "ok" ? line(cells[i]) : `${line(cells[i])}  ${row.status}: ${row.reason}`),
  ];
  const leftOut = Map.groupBy(rows.filter((row) => row.status === "left-out"), ({ reason }) => reason);
  for (const [reason, group] of leftOut) {
    lines.push("", `left out (${reason}): ${group.map(({ name }) => name).join("; ")}`);
  }
  return lines.join("\n");
}

function measuredCells(row: MeasuredKernel): string[] {
  const { median, min, max } = row.seconds;
  return [
    row.name,
    formatSeconds(median),
    `${formatSeconds(min)} – ${formatSeconds(max)}`,
    row.flops_per_second === null ? "" : significant(row.flops_per_second / 1e12),
    row.bytes_per_second === null ? "" : significant(row.bytes_per_second / 1e9),
    row.copy_share === null ? "" : `${significant(100 * row.copy_share)} %`,
  ];
}
