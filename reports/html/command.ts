import { basename, dirname, resolve } from "node:path";
import { EXIT_DONE, parsedArguments } from "../command_line.ts";
import { InputError } from "../errors.ts";
import { claimsTable } from "../claims/judge.ts";
import { formatBytes } from "../format.ts";
import { readAnyReport, reportFile } from "../read.ts";
import { writeFile } from "../write_file.ts";
import { alignedReport } from "./aligned_utterances.ts";
import { type AudioFiles, audioFiles, NO_AUDIO } from "./audio_files.ts";
import { claimRow } from "./claims_section.ts";
import { htmlReport } from "./html_report.ts";
import type { ReportInput } from "./report_section.ts";

const COMMAND = "deno task report";

/** Whether a command line of `deno task report` asks for a page. */
export function asksForHtml(args: readonly string[]): boolean {
  return args.some((arg) => arg === "--html" || arg.startsWith("--html="));
}

/** `deno task report --html FILE REPORT...`: returns the exit code. Throws InputError, one line. */
export async function runHtml(args: string[]): Promise<number> {
  const { html, reports, audio, embed, claims, json } = htmlArguments(args);
  const recordings = audio === null ? NO_AUDIO : await audioFiles(audio, dirname(resolve(html)), embed);
  const inputs = [];
  for (const path of reports) inputs.push(await readInput(path, recordings));
  // The ledger's paths are those of the reports as they were given.
  const rows = claims ? claimsTable(inputs.map(({ file: path, report }) => ({ path, report }))).map(claimRow) : [];
  const text = htmlReport(inputs, rows);
  const path = await writeFile(dirname(resolve(html)), basename(html), text, "--html");
  if (json) console.log(JSON.stringify({ reports: inputs.map(({ file }) => file), files: [path] }, null, 2));
  else console.log(`wrote ${path} (${formatBytes(new TextEncoder().encode(text).length)})`);
  return EXIT_DONE;
}

/** What `--html` is asked with. */
interface HtmlArguments {
  readonly html: string;
  readonly reports: readonly string[];
  readonly audio: string | null;
  readonly embed: boolean;
  readonly claims: boolean;
  readonly json: boolean;
}

function htmlArguments(args: string[]): HtmlArguments {
  const options = {
    "html": { type: "string" },
    "audio": { type: "string" },
    "embed-audio": { type: "boolean" },
    "claims": { type: "boolean" },
    "json": { type: "boolean" },
  } as const;
  const { values, positionals: reports } = parsedArguments(args, options, COMMAND, true);
  const { html = "", audio = null, claims = false } = values;
  const embed = values["embed-audio"] === true;
  if (!/\.html?$/i.test(html)) {
    throw new InputError(`--html ${JSON.stringify(html)}: the page's name must end with .html (see ${COMMAND} --help)`);
  }
  if (reports.length === 0) throw new InputError(`no report given; usage: ${COMMAND} --html FILE.html REPORT...`);
  if (embed && audio === null) throw new InputError("--embed-audio needs --audio DIR, the folder of the recordings");
  return { html, reports, audio, embed, claims, json: values.json === true };
}

async function readInput(path: string, recordings: AudioFiles): Promise<ReportInput> {
  const file = await reportFile(path);
  const report = await readAnyReport(file);
  return { file, report, aligned: report.kind === "eval" ? await alignedReport(report, file, recordings) : null };
}
