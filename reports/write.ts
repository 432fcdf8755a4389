import { join } from "node:path";
import { markdownReport } from "./markdown.ts";
import { plotsOf, render } from "./plot.ts";
import { scalingReport } from "./schema.ts";
import type { ScalingReport } from "./schema.ts";
import { withDigest } from "./verify/report_digest.ts";
import { writeFile } from "./write_file.ts";

/**
 * Writes report.json, report.md and its plots into `folder`, which is made if need be, and returns their paths.
 * report.json comes first, so that figures are safe whatever drawing does. Throws InputError when the folder cannot be
 * written, and an Error that names the field when `report` is not valid.
 */
export async function writeReport(report: ScalingReport, folder: string): Promise<string[]> {
  const json = JSON.stringify(withDigest(scalingReport.parse(report)), null, 2) + "\n";
  return [await writeFile(folder, "report.json", json), ...await writeRenderings(report, folder)];
}

/** Writes report.md and the plots that the report has, and returns their paths. */
export async function writeRenderings(report: ScalingReport, folder: string): Promise<string[]> {
  const plots = plotsOf(report);
  const paths = [await writeFile(folder, "report.md", markdownReport(report))];
  for (const plot of plots) paths.push(await writeFile(folder, plot.file, await render(report, plot)));
  // One of an earlier run would pass for this one's.
  for (const name of ["encoder.svg", "memory.svg"]) {
    if (plots.every(({ file }) => file !== name)) await Deno.remove(join(folder, name)).catch(() => {});
  }
  return paths;
}
