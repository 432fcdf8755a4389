import { withDigest } from "../verify/report_digest.ts";
import { writeFile } from "../write_file.ts";
import { gateMarkdown } from "./markdown.ts";
import { type GateReport, gateReport } from "./schema.ts";

/** The gate's report, and its Markdown beside it. */
export const GATE_FILE = "gate.json";
export const GATE_MARKDOWN = "gate.md";

/**
 * Writes gate.json and gate.md into `folder`, which is made if need be, and returns their paths. Throws InputError when the
 * folder cannot be written, and an Error that names the field when `report` is not valid.
 */
export async function writeGate(report: GateReport, folder: string): Promise<string[]> {
  const json = JSON.stringify(withDigest(gateReport.parse(report)), null, 2) + "\n";
  return [await writeFile(folder, GATE_FILE, json), await writeFile(folder, GATE_MARKDOWN, gateMarkdown(report))];
}
