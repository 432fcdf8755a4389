import { asJson, asText as verificationText, run as verify } from "../../reports/verify_command.ts";
import { verifyFile } from "../../reports/verify_file.ts";
import { FLAG, HELP_FLAG, parsedArguments, pathOf, TEXT, whole } from "../harness/arguments.ts";
import { EXIT, UsageError } from "../harness/errors.ts";
import { onInterrupt } from "../harness/interrupt.ts";
import { type Rerun, rerun } from "./rerun.ts";

const HELP = `
With --rerun, \`verify\` besides repeats the exact part of the run, by the command that the report holds, and compares: of an
eval report hypotheses and counts, of a scaling report ledger peaks, passes and tokens, of a training report ledger peaks,
launched kernels and losses, of a kernel report operations and bytes; and hashes of kernels, weights and audio. Times are
not compared. Another adapter may round otherwise: in what the two runs' surroundings differ is printed.

--rerun           repeat it
--limit N         only the first N utterances, of an eval report
--data-root DIR   where the data lie on this machine, if elsewhere than in the command
--weights PATH    the same of weights
--json            as without --rerun, with "rerun": {"differences", "compared", "notRepeated", "surroundings", "command"}

Exit code: 0 everything agrees, 1 something does not, 2 the run could not be repeated, 3 wrong usage, report or data.`;

/** `deno task verify`, with or without `--rerun`: returns the exit code. */
export async function run(args: string[]): Promise<number> {
  if (!args.some((arg) => arg === "--rerun" || arg === "--help" || arg === "-h")) return await verify(args);
  const { values, positionals } = parsedArguments(args, {
    rerun: FLAG,
    limit: TEXT,
    "data-root": TEXT,
    weights: TEXT,
    json: FLAG,
    help: HELP_FLAG,
  }, true);
  if (values.help) {
    await verify(["--help"]);
    console.log(HELP);
    return EXIT.done;
  }
  if (positionals.length !== 1) {
    throw new UsageError(`${positionals.length} reports given, expected one; usage: deno task verify --rerun REPORT`);
  }
  const overrides = {
    limit: values.limit === undefined ? null : whole("limit", values.limit, 1, 1e9),
    dataRoot: pathOf("data-root", values["data-root"]) ?? null,
    weights: pathOf("weights", values.weights, "file or folder") ?? null,
  };
  const verification = await verifyFile(positionals[0]);
  if (!values.json) console.log(verificationText(verification));
  const interruption = onInterrupt();
  try {
    const result = await rerun(positionals[0], overrides, (line) => console.error(line), interruption.signal);
    console.log(values.json ? JSON.stringify({ ...asJson(verification), rerun: result }, null, 2) : asText(result));
    const agrees = verification.differences.length === 0 && result.differences.length === 0;
    return agrees ? EXIT.done : EXIT.regression;
  } finally {
    interruption.release();
  }
}

/** Differences, what was compared, and what may lie behind, a line each. */
export function asText({ command, differences, compared, notRepeated, surroundings }: Rerun): string {
  const outcome = differences.length === 0
    ? "everything agrees"
    : `${differences.length} difference${differences.length === 1 ? "" : "s"}`;
  return [
    ...differences.map(({ where, stated, recomputed }) => `${where}: states ${stated}, repeated ${recomputed}`),
    `rerun: ${outcome} (${compared} compared, by \`${command}\`)`,
    ...notRepeated.map((phrase) => `not repeated: ${phrase}`),
    ...surroundings.map((phrase) => `surroundings: ${phrase}`),
  ].join("\n");
}
