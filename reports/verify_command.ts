import { EXIT_DONE, EXIT_FAILED_VERIFICATION, reportArguments, reportingInputErrors } from "./command_line.ts";
import { verifyFile } from "./verify_file.ts";

const HELP = `Usage: deno task verify REPORT [--json]

Recomputes every figure of a report from its raw samples, renders its Markdown again, and compares both with what stands
there: of a scaling report (report.json) medians, intervals, real-time factors, fits and crossovers; of an eval report
(report.json) word error rates, their counts and intervals, frequent errors and speed, from the utterances.jsonl beside it;
of a kernel report (kernels.json) medians, least and greatest times, rates and shares of the copy; of a training report
(report.json) medians, intervals, audio per second, what recomputation costs, and fits.

REPORT    a report.json or kernels.json, or the folder that holds one; the report.md or kernels.md beside it is checked too
--json    print {"report", "markdown_checked", "not_checked": [...], "differences": [{"where", "stated", "recomputed"}]}

Exit code: 0 everything agrees, 1 something does not, 3 wrong usage or an unreadable report.`;

/** `deno task verify`: returns the exit code. */
export function run(args: string[]): Promise<number> {
  return reportingInputErrors(async () => {
    const { report: path, help, json } = reportArguments(args, "deno task verify", false);
    if (help) {
      console.log(HELP);
      return EXIT_DONE;
    }
    const { file, differences, markdownName, markdown, contents, unchecked } = await verifyFile(path);
    if (json) {
      const checked = { report: file, markdown_checked: markdown !== null, not_checked: unchecked, differences };
      console.log(JSON.stringify(checked, null, 2));
    } else {
      for (const { where, stated, recomputed } of differences) {
        console.log(`${where}: states ${stated}, recomputed ${recomputed}`);
      }
      const beside = markdown === null ? `no ${markdownName} beside it` : markdownName;
      const outcome = differences.length === 0
        ? "everything agrees"
        : `${differences.length} difference${differences.length === 1 ? "" : "s"}`;
      console.log(`${file}: ${outcome} (${contents}, ${beside})`);
      if (unchecked.length > 0) console.log(`not checked: ${unchecked.join("; ")}`);
    }
    return differences.length === 0 ? EXIT_DONE : EXIT_FAILED_VERIFICATION;
  });
}
