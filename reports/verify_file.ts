import { dirname, join } from "node:path";
import type { Difference } from "./compare.ts";
import { InputError } from "./errors.ts";
import { verifyKernels } from "./kernels_verify.ts";
import { readAnyReport, type Report, reportFile } from "./read.ts";
import { verifyReport } from "./verify.ts";

/** What came of verifying a report. */
export interface Verification {
  readonly file: string;
  readonly differences: readonly Difference[];
  /** Name of the Markdown that belongs beside it, and its text, or null when there is none. */
  readonly markdownName: string;
  readonly markdown: string | null;
  /** What was recomputed, in words: "16 rows, 16 fits, 16 crossovers". */
  readonly contents: string;
}

/** Verifies the report at `path`, a file or the folder that holds it, of any kind, with the Markdown beside it. Throws InputError. */
export async function verifyFile(path: string): Promise<Verification> {
  const file = await reportFile(path);
  const report = await readAnyReport(file);
  const markdownName = report.kind === "kernels" ? "kernels.md" : "report.md";
  const markdown = await readIfThere(join(dirname(file), markdownName));
  const differences = report.kind === "kernels" ? verifyKernels(report, markdown) : verifyReport(report, markdown);
  return { file, differences, markdownName, markdown, contents: contentsOf(report) };
}

function contentsOf(report: Report): string {
  const rows = `${report.rows.length} rows`;
  return report.kind === "kernels"
    ? rows
    : `${rows}, ${report.fits.length} fits, ${report.crossovers.length} crossovers`;
}

/** Text of a file, or null when there is none. */
async function readIfThere(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new InputError(`${path}: cannot be read (${error instanceof Error ? error.message : error}); move it away`);
  }
}
