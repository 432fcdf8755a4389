import { kernelsMarkdown } from "./kernels_markdown.ts";
import { kernelsReport } from "./kernels_schema.ts";
import type { KernelsReport } from "./kernels_schema.ts";
import { withDigest } from "./verify/report_digest.ts";
import { writeFile } from "./write_file.ts";

/**
 * Writes kernels.json and kernels.md into `folder`, which is made if need be, and returns their paths. Throws InputError
 * when the folder cannot be written, and an Error that names the field when `report` is not valid.
 */
export async function writeKernels(report: KernelsReport, folder: string): Promise<string[]> {
  const json = JSON.stringify(withDigest(kernelsReport.parse(report)), null, 2) + "\n";
  return [await writeFile(folder, "kernels.json", json), await writeKernelsMarkdown(report, folder)];
}

/** Writes kernels.md into `folder` and returns its path. */
export function writeKernelsMarkdown(report: KernelsReport, folder: string): Promise<string> {
  return writeFile(folder, "kernels.md", kernelsMarkdown(report));
}
