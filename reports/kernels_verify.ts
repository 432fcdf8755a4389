import { compare, compareText, type Difference } from "./compare.ts";
import { kernelsMarkdown } from "./kernels_markdown.ts";
import { copyKernelRow, measuredKernel } from "./kernels_rows.ts";
import type { KernelsReport } from "./kernels_schema.ts";

/**
 * Recomputes median, least, greatest, rates and share of the copy of every measured kernel from its samples, bit for bit,
 * and the Markdown when `markdown` is not null. No difference: [].
 */
export function verifyKernels(report: KernelsReport, markdown: string | null): Difference[] {
  const [copy, ...others] = report.rows;
  const recomputedCopy = copyKernelRow(copy.name, copy.bytes, copy.seconds.samples);
  const differences = compare(copy, recomputedCopy, "rows[0]", 0);
  others.forEach((row, index) => {
    if (row.status !== "ok") return;
    const recomputed = measuredKernel(row, row.seconds.samples, recomputedCopy.bytes_per_second);
    differences.push(...compare(row, recomputed, `rows[${index + 1}]`, 0));
  });
  if (markdown !== null) differences.push(...compareText(markdown, kernelsMarkdown(report), "kernels.md"));
  return differences;
}
