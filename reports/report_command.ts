import { dirname } from "node:path";
import { EXIT_DONE, reportArguments, reportingInputErrors } from "./command_line.ts";
import { evalSummary } from "./eval_terminal.ts";
import { writeEvalMarkdown } from "./eval_write.ts";
import { asksForHtml, runHtml } from "./html/command.ts";
import { kernelsSummary } from "./kernels_terminal.ts";
import { writeKernelsMarkdown } from "./kernels_write.ts";
import { readAnyReport, type Report, reportFile } from "./read.ts";
import { terminalSummary } from "./terminal_summary.ts";
import { trainingSummary } from "./training_terminal.ts";
import { writeTrainingRenderings } from "./training_write.ts";
import { writeRenderings } from "./write.ts";

const HELP = `Usage: deno task report REPORT [--out DIR] [--json]
       deno task report --html FILE.html REPORT... [--audio DIR [--embed-audio]] [--claims] [--json]

The first form renders report.md, time.svg, encoder.svg and memory.svg again from a scaling report, report.md, time.svg and memory.svg
from a training report, report.md from an eval report, or kernels.md from a kernel report, and prints its summary. The
second makes one page of any number of reports, with everything in it: charts that answer, tables that sort, and each
utterance of an eval report aligned, where its utterances.jsonl lies beside it. The page needs no network.

REPORT          a report.json or kernels.json, or the folder that holds one
--out DIR       where to write; the report's own folder unless given
--html FILE     the page to write
--audio DIR     links the recordings in this folder, at any depth, that are named by the ids of utterances
--embed-audio   puts those recordings into the page in place of linking them
--claims        show the paper's claims first, judged by these reports
--json          print {"report", "files": [...]} in place of the summary; of a page {"reports", "files"}

Exit code: 0 done, 3 wrong usage, an unreadable report or a folder that cannot be written.`;

/** `deno task report`: returns the exit code. */
export function run(args: string[]): Promise<number> {
  return reportingInputErrors(async () => {
    const asksForHelp = args.includes("--help") || args.includes("-h");
    if (asksForHtml(args) && !asksForHelp) return await runHtml(args);
    const { report: path, help, json, out } = reportArguments(asksForHelp ? ["-h"] : args, "deno task report", true);
    if (help) {
      console.log(HELP);
      return EXIT_DONE;
    }
    const file = await reportFile(path);
    const report = await readAnyReport(file);
    const folder = out ?? dirname(file);
    const files = await renderedFiles(report, folder);
    if (json) console.log(JSON.stringify({ report: file, files }, null, 2));
    else console.log(`${summaryOf(report)}\n\n${files.map((name) => `wrote ${name}`).join("\n")}`);
    return EXIT_DONE;
  });
}

async function renderedFiles(report: Report, folder: string): Promise<string[]> {
  if (report.kind === "scaling") return await writeRenderings(report, folder);
  if (report.kind === "training") return await writeTrainingRenderings(report, folder);
  return [await (report.kind === "eval" ? writeEvalMarkdown(report, folder) : writeKernelsMarkdown(report, folder))];
}

function summaryOf(report: Report): string {
  if (report.kind === "scaling") return terminalSummary(report);
  if (report.kind === "training") return trainingSummary(report);
  return report.kind === "eval" ? evalSummary(report) : kernelsSummary(report);
}
