import { withDigest } from "../verify/report_digest.ts";
import { writeFile } from "../write_file.ts";
import { gateMarkdown } from "./markdown.ts";
import { type GateReport, gateReport } from "./schema.ts";

/**
 * Writes gate.json and gate.md into `folder`, which is made if need be, and returns their paths. Throws InputError when the
 * folder cannot be written, and an Error that names the field when `report` is not valid.
 */
export async function writeGate(report: GateReport, folder: string): Promise<string[]> {
  const json = JSON.stringify(withDigest(gateReport.parse(report)), null, 2) + "\n";
  return [await writeFile(folder, "gate.json", json), await writeFile(folder, "gate.md", gateMarkdown(report))];
}
