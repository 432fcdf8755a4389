import { basename, dirname } from "node:path";
import { EXIT_DONE, EXIT_FAILED_VERIFICATION, parsedArguments, reportingInputErrors } from "../command_line.ts";
import { InputError } from "../errors.ts";
import { aligned } from "../terminal_table.ts";
import { writeFile } from "../write_file.ts";
import type { ClaimRow } from "./claim.ts";
import { figureWithInterval } from "./evidence.ts";
import { claimsTable } from "./judge.ts";
import { claimsMarkdown } from "./markdown.ts";
import { readPublished } from "./published.ts";

const COMMAND = "deno task claims";

const HELP = `Usage: deno task claims [--reports DIR] [--out FILE] [--json] [--check]

Judges the claims of the Samba-ASR paper (reports/claims.ts) by the published reports, and writes the ledger: each claim
supported, contradicted or not tested, with the figures, intervals, devices, dates, commands and reports behind it.

--reports DIR   where the reports lie, at any depth; reports/published unless given
--out FILE      the ledger; CLAIMS.md unless given
--json          print the ledger as JSON in place of a table of verdicts
--check         write nothing, and compare FILE with what the reports give now

Exit code: 0 done, 1 with --check where FILE is not what the reports give now, 3 wrong usage or a report that cannot be
read.`;

/** What the command line asks for. */
interface ClaimsOptions {
  readonly reports: string;
  readonly out: string;
  readonly json: boolean;
  readonly check: boolean;
}

/** `deno task claims`: returns the exit code. */
export function run(args: string[]): Promise<number> {
  return reportingInputErrors(async () => {
    const options = parsed(args);
    if (options === null) {
      console.log(HELP);
      return EXIT_DONE;
    }
    const { reports, out, json, check } = options;
    const rows = claimsTable(await readPublished(reports, dirname(out)));
    const ledger = claimsMarkdown(rows);
    const fresh = check ? await readIfThere(out) === ledger : true;
    if (!check) await writeFile(dirname(out), basename(out), ledger);
    if (json) console.log(JSON.stringify(rows, null, 2));
    else console.log(check ? verdictTable(rows) : `${verdictTable(rows)}\n\nwrote ${out}`);
    if (fresh) return EXIT_DONE;
    console.error(`${out}: is not what the reports under ${reports} give now; write it with \`deno task claims\``);
    return EXIT_FAILED_VERIFICATION;
  });
}

/** The options, or null where help is asked for. Throws InputError, one line. */
function parsed(args: string[]): ClaimsOptions | null {
  const usage = (reason: string): InputError => new InputError(`${reason}; see ${COMMAND} --help`);
  const options = {
    help: { type: "boolean", short: "h" },
    reports: { type: "string" },
    out: { type: "string" },
    json: { type: "boolean" },
    check: { type: "boolean" },
  } as const;
  const { values } = parsedArguments(args, options, COMMAND, false);
  if (values.help) return null;
  const { reports = "reports/published", out = "CLAIMS.md", json = false, check = false } = values;
  if (reports === "") throw usage("--reports: is empty, give a folder");
  if (out === "" || /[/\\]$/.test(out)) throw usage(`--out: ${out === "" ? "is empty" : "is a folder"}, give a file`);
  return { reports, out, json, check };
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new InputError(
      `${path}: cannot be read (${error instanceof Error ? error.message : error}); name a file with --out`,
    );
  }
}

/** A line for each claim, and how many came out how. */
function verdictTable(rows: readonly ClaimRow[]): string {
  const lines = rows.map(({ claim, verdict, decisive }) => [
    claim.id,
    verdict,
    decisive === null ? "–" : figureWithInterval(decisive),
  ]);
  const count = (verdict: ClaimRow["verdict"]): number => rows.filter((row) => row.verdict === verdict).length;
  const tally = (["supported", "contradicted", "not tested"] as const)
    .map((verdict) => `${count(verdict)} ${verdict}`).join(", ");
  return `${aligned([["claim", "verdict", "deciding figure"], ...lines])}\n\n${tally}`;
}
