/**
 * Gives reports that earlier versions wrote the digest that they lack, and changes nothing else of them:
 *
 *     deno run --allow-read --allow-write reports/verify/add_digests.ts FOLDER
 *
 * A report with which something else does not agree is left as it is.
 */
import { basename, dirname, join } from "node:path";
import { JOURNAL_FILE } from "../eval_schema.ts";
import { readAnyReport } from "../read.ts";
import { verifyFile } from "../verify_file.ts";
import { writeFile } from "../write_file.ts";
import { withDigest } from "./report_digest.ts";
import { reportsUnder } from "../reports_under.ts";

for (const file of await reportsUnder(Deno.args[0])) {
  const report = await readAnyReport(file);
  const { differences } = await verifyFile(file);
  if (report.digest !== undefined || differences.length > 0) {
    console.log(`${file}: left as it is, ${report.digest ? "it has a digest" : `${differences.length} differences`}`);
    continue;
  }
  const journal = report.kind === "eval" ? await Deno.readTextFile(join(dirname(file), JOURNAL_FILE)) : null;
  const text = await Deno.readTextFile(file);
  const { digest } = withDigest(report, journal);
  const field = JSON.stringify({ digest }, null, 2).slice(2);
  // Into the text, which then keeps the form of its numbers.
  await writeFile(dirname(file), basename(file), `${text.trimEnd().replace(/\s*}$/, "")},\n${field}\n`);
  console.log(`${file}: given a digest`);
}
