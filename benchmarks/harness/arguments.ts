import { parseArgs, type ParseArgsConfig, type ParseArgsOptionDescriptor } from "node:util";
import { UsageError } from "./errors.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** Kinds of options, for `parsedArguments`. */
export const TEXT = { type: "string" } as const satisfies ParseArgsOptionDescriptor;
export const FLAG = { type: "boolean" } as const satisfies ParseArgsOptionDescriptor;
export const HELP_FLAG = { type: "boolean", short: "h" } as const satisfies ParseArgsOptionDescriptor;

/**
 * Parses a command line; what is not an option is in `positionals`. Throws UsageError, one line, for an option that is not
 * known or has no value, and for positionals where there are to be none.
 */
// The return type is node's own, inferred from the options.
export function parsedArguments<T extends Options, P extends boolean = false>(
  args: readonly string[],
  options: T,
  allowPositionals: P = false as P,
) {
  try {
    return parseArgs({ args: withNegatives(args), options, allowPositionals });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(/\. |\.?\n/)[0] : String(error);
    const missing = /^Option '(?:-\w, )?(--[\w-]+)(?: <value>)?' argument (?:missing|is ambiguous)/.exec(reason)?.[1];
    if (missing !== undefined) throw new UsageError(`${missing}: no value given; see --help`);
    throw new UsageError(`${reason}; see --help`);
  }
}

/** `--seed -1` as `--seed=-1`, since parseArgs takes what begins with a dash for an option: the number's rule then refuses it. */
function withNegatives(args: readonly string[]): string[] {
  return args.reduce<string[]>((joined, arg) => {
    const option = joined.at(-1);
    const belongs = option !== undefined && /^--[\w-]+$/.test(option) && /^-[\d.]/.test(arg);
    return belongs ? [...joined.slice(0, -1), `${option}=${arg}`] : [...joined, arg];
  }, []);
}

/** A list with commas between its items; null where it was not given. */
export function listOf<T>(text: string | undefined, item: (text: string) => T): T[] | null {
  return text === undefined ? null : text.split(",").map((part) => item(part.trim()));
}

/** A number in decimal notation only, else NaN: Number() also takes "", "0x10" and "1e9". */
export function decimal(text: string): number {
  return /^\d+(\.\d+)?$|^\.\d+$/.test(text) ? Number(text) : NaN;
}

/** A number above 0 and up to `most`. Throws UsageError. */
export function positive(option: string, text: string, most: number): number {
  const value = decimal(text);
  if (!(value > 0 && value <= most)) {
    throw new UsageError(`--${option}: ${JSON.stringify(text)} is no number above 0 and up to ${most}`);
  }
  return value;
}

/** A whole number from `least` to `most`. Throws UsageError. */
export function whole(option: string, text: string, least: number, most: number): number {
  const value = decimal(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new UsageError(`--${option}: ${JSON.stringify(text)} is no whole number from ${least} to ${most}`);
  }
  return value;
}

/** One of the known names. Throws UsageError that lists them. */
export function oneOf<T extends string>(option: string, text: string, known: readonly T[]): T {
  const found = known.find((name) => name === text);
  if (found === undefined) {
    throw new UsageError(`--${option}: ${JSON.stringify(text)} is not known; choose from ${known.join(", ")}`);
  }
  return found;
}

/** A path that is not empty. Throws UsageError. */
export function pathOf(option: string, text: string | undefined, what = "folder"): string | undefined {
  if (text === "") throw new UsageError(`--${option}: no ${what} given`);
  return text;
}
