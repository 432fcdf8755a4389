import { deviceName, formatSeconds, significant } from "./format.ts";
import type { KernelRow, KernelsReport, MeasuredKernel } from "./kernels_schema.ts";

const HEADER = ["kernel", "median", "min – max", "TFLOP/s", "GB/s", "of copy"];

/** The report as plain text for a terminal. */
export function kernelsSummary({ environment, buffer_copy_rate, rows }: KernelsReport): string {
  const { adapter } = environment;
  const copy = `buffer-to-buffer copy ${significant(buffer_copy_rate / 1e9)} GB/s`;
  return `${deviceName(environment)}, WebGPU by ${adapter.backend}; ${copy}\n\n${kernelTable(rows)}`;
}

/**
 * The rows as a table for a terminal. One that failed says why in place of its figures; those left out are named below,
 * by reason.
 */
export function kernelTable(rows: readonly KernelRow[]): string {
  const shown = rows.filter(({ status }) => status !== "left-out");
  const cells = shown.map((row) => row.status === "ok" ? measuredCells(row) : [row.name]);
  const widths = HEADER.map((title, column) =>
    Math.max(title.length, ...cells.map((line) => (line[column] ?? "").length))
  );
  const line = (texts: readonly string[]): string =>
    texts.map((text, i) => i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i])).join("  ").trimEnd();
  return [
    line(HEADER),
    ...shown.map((row, i) => row.status === "ok" ? line(cells[i]) : `${line(cells[i])}  ${row.status}: ${row.reason}`),
    ...[...kernelsLeftOut(rows)].map(([reason, names]) => `\nleft out (${reason}): ${names.join("; ")}`),
  ].join("\n");
}

/** Names of the kernels that were left out, by the reason. */
export function kernelsLeftOut(rows: readonly KernelRow[]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const { name, status, reason } of rows) {
    if (status === "left-out") names.set(reason, [...(names.get(reason) ?? []), name]);
  }
  return names;
}

function measuredCells({ name, seconds, flops_per_second, bytes_per_second, copy_share }: MeasuredKernel): string[] {
  return [
    name,
    formatSeconds(seconds.median),
    `${formatSeconds(seconds.min)} – ${formatSeconds(seconds.max)}`,
    flops_per_second === null ? "" : significant(flops_per_second / 1e12),
    bytes_per_second === null ? "" : significant(bytes_per_second / 1e9),
    copy_share === null ? "" : `${significant(100 * copy_share)} %`,
  ];
}
