import { formatSpread, significant } from "./format.ts";
import { kernelsLeftOut } from "./kernels_terminal.ts";
import type { KernelRow, KernelsReport } from "./kernels_schema.ts";
import { deviceLine, machineNotices, machineTable } from "./markdown_environment.ts";
import { markdownTable } from "./markdown_table.ts";

/** The whole kernel report as Markdown; everything in it comes from `report`, so that `verify` can render it again. */
export function kernelsMarkdown(report: KernelsReport): string {
  return [
    "# Speed of the kernels",
    notices(report),
    setting(report),
    `\`\`\`sh\n${report.environment.command}\n\`\`\``,
    resultSection(report.rows),
    READING,
    `## Environment\n\n${machineTable(report.environment, [])}`,
  ].filter((section) => section !== "").join("\n\n") + "\n";
}

function notices({ environment, rows }: KernelsReport): string {
  const missing = rows.filter(({ status }) => status !== "ok" && status !== "left-out").length;
  return [
    ...machineNotices(environment),
    ...(missing > 0 ? [`${missing} of ${rows.length} kernels have **no measurement**; each row says why.`] : []),
  ].map((notice) => `> ${notice}`).join("\n>\n");
}

/** Device, protocol and what the others are compared with, in one sentence. */
function setting({ environment, rows: [copy], buffer_copy_rate }: KernelsReport): string {
  const repeats = copy.seconds.samples.length;
  return [
    deviceLine(environment),
    `${repeats} timed sample${repeats === 1 ? "" : "s"} of each kernel by GPU timestamps`,
    `the copy kernel moves ${gigabytes(copy.bytes_per_second)} GB/s`,
    `the driver's buffer-to-buffer copy ${gigabytes(buffer_copy_rate)} GB/s (by the host's clock)`,
  ].join("; ") + ".";
}

function resultSection(rows: readonly KernelRow[]): string {
  const header = ["Kernel", "Median [min – max]", "TFLOP/s", "GB/s", "Share of copy"];
  const shown = rows.filter(({ status }) => status !== "left-out");
  return [
    "## Results",
    markdownTable(header, shown.map(cells), header.slice(1)),
    ...[...kernelsLeftOut(rows)].map(([reason, names]) => `Left out (${reason}): ${names.join("; ")}.`),
  ].join("\n\n");
}

function cells(row: KernelRow): string[] {
  if (row.status !== "ok") return [row.name, `${row.status}: ${row.reason}`, "–", "–", "–"];
  const { name, seconds, flops_per_second, bytes_per_second, copy_share } = row;
  return [
    name,
    formatSpread(seconds),
    flops_per_second === null ? "–" : significant(flops_per_second / 1e12),
    bytes_per_second === null ? "–" : gigabytes(bytes_per_second),
    copy_share === null ? "–" : `${significant(100 * copy_share)} %`,
  ];
}

function gigabytes(bytes: number): string {
  return significant(bytes / 1e9);
}

const READING = `## How to read this

- A time is one launch by the GPU's timestamps; each sample is the mean over the launches of one pass, after a warm-up. The
  brackets hold the least and the greatest sample, all of which are in \`kernels.json\`.
- TFLOP/s and GB/s are at the median. Bytes are the least that a launch can move: each input read once and each output
  written once. A kernel that reads something twice moves more than is counted here.
- The share of copy is GB/s over those of the copy kernel, on the same adapter in the same run: near 100 %, the kernel is
  bound by memory; far below, by something else; above, a cache holds what it works on.
- \`deno task verify kernels.json\` recomputes every figure here from the samples, but for the buffer-to-buffer copy, which
  has none.`;
