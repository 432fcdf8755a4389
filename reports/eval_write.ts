import { join } from "node:path";
import { evalMarkdown } from "./eval_markdown.ts";
import { evalReport, JOURNAL_FILE } from "./eval_schema.ts";
import type { EvalReport } from "./eval_schema.ts";
import { withDigest } from "./verify/report_digest.ts";
import { writeFile } from "./write_file.ts";

/**
 * Writes report.json and report.md into `folder`, where the journal lies, and returns their paths. Throws InputError when
 * the folder cannot be written, and an Error that names the field when `report` is not valid.
 */
export async function writeEval(report: EvalReport, folder: string): Promise<string[]> {
  // A report may be written before its journal, by a program that has only the figures.
  const journal = await Deno.readTextFile(join(folder, JOURNAL_FILE)).catch(() => null);
  const json = JSON.stringify(withDigest(evalReport.parse(report), journal), null, 2) + "\n";
  return [await writeFile(folder, "report.json", json), await writeEvalMarkdown(report, folder)];
}

/** Writes report.md into `folder` and returns its path. */
export function writeEvalMarkdown(report: EvalReport, folder: string): Promise<string> {
  return writeFile(folder, "report.md", evalMarkdown(report));
}
