import { EXIT_DONE, EXIT_FAILED_VERIFICATION, reportArguments, reportingInputErrors } from "./command_line.ts";
import { type Verification, verifyFile } from "./verify_file.ts";

const HELP = `Usage: deno task verify REPORT [--json]

Recomputes every figure of a report from its raw samples, renders its Markdown and its drawings again, and compares all of
them with what stands there: of a scaling report (report.json) medians, intervals, real-time factors, fits and crossovers;
of an eval report (report.json) word error rates, their counts and intervals, frequent errors and speed, from the
utterances.jsonl beside it; of a kernel report (kernels.json) medians, least and greatest times, rates and shares of the
copy; of a training report (report.json) medians, intervals, audio per second, what recomputation costs, and fits; of the
gate's (gate.json) ratios, intervals, verdicts, messages and exit code. What no other figure tells is compared with the digest
that was taken when the report was written.

What it cannot check is listed, a line each that begins with "unverifiable:".

REPORT    a report.json, kernels.json or gate.json, or the folder that holds one; what lies beside it is checked too
--json    print {"report", "markdown_checked", "drawings_checked": [...], "unverifiable": [...],
          "unverifiable_fields": [...], "differences": [{"where", "stated", "recomputed"}]}

Exit code: 0 everything agrees, 1 something does not, 3 wrong usage or an unreadable report.`;

/** `deno task verify`: returns the exit code. */
export function run(args: string[]): Promise<number> {
  return reportingInputErrors(async () => {
    const { report: path, help, json } = reportArguments(args, "deno task verify", false);
    if (help) {
      console.log(HELP);
      return EXIT_DONE;
    }
    const verification = await verifyFile(path);
    console.log(json ? JSON.stringify(asJson(verification), null, 2) : asText(verification));
    return verification.differences.length === 0 ? EXIT_DONE : EXIT_FAILED_VERIFICATION;
  });
}

/** What `--json` prints. */
export function asJson(verification: Verification): Record<string, unknown> {
  const { file, differences, markdown, drawings, unverifiable, unverifiableFields } = verification;
  return {
    report: file,
    markdown_checked: markdown !== null,
    drawings_checked: drawings,
    unverifiable,
    unverifiable_fields: unverifiableFields,
    differences,
  };
}

/** Differences, the outcome, and what could not be checked, a line each. */
export function asText(verification: Verification): string {
  const { file, differences, markdownName, markdown, drawings, contents } = verification;
  const { unverifiable, unverifiableFields } = verification;
  const beside = markdown === null ? `no ${markdownName} beside it` : markdownName;
  const drawn = drawings.length === 0 ? "" : `; drawn again: ${drawings.join(", ")}`;
  const outcome = differences.length === 0
    ? "everything agrees"
    : `${differences.length} difference${differences.length === 1 ? "" : "s"}`;
  return [
    ...differences.map(({ where, stated, recomputed }) => `${where}: states ${stated}, recomputed ${recomputed}`),
    `${file}: ${outcome} (${contents}, ${beside})${drawn}`,
    ...unverifiable.map((phrase) => `unverifiable: ${phrase}`),
    ...(unverifiableFields.length === 0
      ? []
      : [`unverifiable: small changes, as the report has no digest, of ${unverifiableFields.join(", ")}`]),
  ].join("\n");
}
