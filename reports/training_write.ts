import { renderSpec } from "./render_spec.ts";
import { trainingMarkdown } from "./training_markdown.ts";
import { trainingPlotsOf, trainingPlotSpec } from "./training_plot.ts";
import { trainingReport } from "./training_schema.ts";
import type { TrainingReport } from "./training_schema.ts";
import { withDigest } from "./verify/report_digest.ts";
import { writeFile } from "./write_file.ts";

/**
 * Writes report.json into `folder`, which is made if need be, and returns its path. Throws InputError when the folder cannot
 * be written, and an Error that names the field when `report` is not valid.
 */
export async function writeTrainingJson(report: TrainingReport, folder: string): Promise<string> {
  const json = JSON.stringify(withDigest(trainingReport.parse(report)), null, 2) + "\n";
  return await writeFile(folder, "report.json", json);
}

/** Writes report.md and the plots that the report has, and returns their paths. */
export async function writeTrainingRenderings(report: TrainingReport, folder: string): Promise<string[]> {
  const paths = [await writeFile(folder, "report.md", trainingMarkdown(report))];
  for (const plot of trainingPlotsOf(report)) {
    paths.push(await writeFile(folder, plot.file, await renderSpec(trainingPlotSpec(report, plot))));
  }
  return paths;
}
