import { parseArgs, type ParseArgsConfig } from "node:util";
import { InputError } from "./errors.ts";

/** Exit codes of the project's commands. */
export const EXIT_DONE = 0;
export const EXIT_FAILED_VERIFICATION = 1;
export const EXIT_WRONG_INPUT = 3;

/** Options that a command was given, and the one report it works on. */
export interface ReportArguments {
  readonly report: string;
  readonly help: boolean;
  readonly json: boolean;
  readonly out: string | null;
}

/**
 * Parses `REPORT [--help] [--json]`, with `--out DIR` where `withOut` says so. Throws InputError, one line, at an
 * unknown option and when the report is missing or not the only one; with `--help` anything else may be missing.
 */
export function reportArguments(args: string[], command: string, withOut: boolean): ReportArguments {
  const options: NonNullable<ParseArgsConfig["options"]> = {
    help: { type: "boolean", short: "h" },
    json: { type: "boolean" },
    ...(withOut ? { out: { type: "string" } } : {}),
  };
  const { values, positionals } = parsedArguments(args, options, command, true);
  const help = values.help === true;
  if (!help && positionals.length !== 1) {
    const found = positionals.length === 0 ? "no report given" : `${positionals.length} reports given, expected one`;
    throw new InputError(
      `${found}; usage: ${command} REPORT, a report.json, a kernels.json or its folder (see --help)`,
    );
  }
  const out = typeof values.out === "string" ? values.out : null;
  return { report: positionals[0] ?? "", help, json: values.json === true, out };
}

/** Parses a command line. Throws InputError, one line, at an option that is not known. */
export function parsedArguments<O extends NonNullable<ParseArgsConfig["options"]>>(
  args: string[],
  options: O,
  command: string,
  allowPositionals: boolean,
): ReturnType<typeof parseArgs<{ args: string[]; options: O; allowPositionals: boolean }>> {
  try {
    return parseArgs({ args, options, allowPositionals });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(/\. |\n/)[0] : String(error);
    throw new InputError(`${reason}; see ${command} --help`);
  }
}

/** Runs a command; an InputError becomes its one line on standard error and exit code 3. */
export async function reportingInputErrors(command: () => Promise<number>): Promise<number> {
  try {
    return await command();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    console.error(error.message);
    return EXIT_WRONG_INPUT;
  }
}
