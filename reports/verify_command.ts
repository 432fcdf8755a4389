import { dirname, join } from "node:path";
import { EXIT_DONE, EXIT_FAILED_VERIFICATION, reportArguments, reportingInputErrors } from "./command_line.ts";
import { InputError } from "./errors.ts";
import { readReport, reportFile } from "./read.ts";
import { verifyReport } from "./verify.ts";

const HELP = `samba verify REPORT [--json]

Recomputes every median, interval, real-time factor, fit and crossover of a scaling report from its raw samples, renders
its Markdown again, and compares both with what stands there.

REPORT    a report.json, or the folder that holds one; a report.md beside it is checked too
--json    print {"report", "markdown_checked", "differences": [{"where", "stated", "recomputed"}]}

Exit code: 0 everything agrees, 1 something does not, 3 wrong usage or an unreadable report.`;

/** `samba verify`: returns the exit code. */
export function run(args: string[]): Promise<number> {
  return reportingInputErrors(async () => {
    const { report: path, help, json } = reportArguments(args, "samba verify", false);
    if (help) {
      console.log(HELP);
      return EXIT_DONE;
    }
    const file = await reportFile(path);
    const report = await readReport(file);
    const markdown = await readIfThere(join(dirname(file), "report.md"));
    const differences = verifyReport(report, markdown);
    if (json) {
      console.log(JSON.stringify({ report: file, markdown_checked: markdown !== null, differences }, null, 2));
    } else {
      for (const { where, stated, recomputed } of differences) {
        console.log(`${where}: states ${stated}, recomputed ${recomputed}`);
      }
      const counts = `${report.rows.length} rows, ${report.fits.length} fits, ${report.crossovers.length} crossovers`;
      const beside = markdown === null ? "no report.md beside it" : "report.md";
      const outcome = differences.length === 0
        ? "everything agrees"
        : `${differences.length} difference${differences.length === 1 ? "" : "s"}`;
      console.log(`${file}: ${outcome} (${counts}, ${beside})`);
    }
    return differences.length === 0 ? EXIT_DONE : EXIT_FAILED_VERIFICATION;
  });
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
