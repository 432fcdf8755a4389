/**
 * The one entry point: `samba <command> [arguments]`, in tasks `deno task <command> [arguments]`. A command is a module
 * beside what it runs, loaded when it is asked for, that exports `run(args)` and answers with an exit code. An error
 * that it throws ends here, as one line on standard error and the exit code that it stands for.
 */
import { EXIT, exitCodeOf } from "./benchmarks/harness/errors.ts";
import { editDistance } from "./benchmarks/scoring/distance.ts";

/** A command as `--help` lists it. */
export interface Command {
  readonly summary: string;
  load(): Promise<{ run(args: string[]): Promise<number> }>;
}

/** All commands by name, in the order in which `--help` lists them. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  "bench:scaling": {
    summary: "time and memory of recognisers against audio length, with fits and plots",
    load: () => import("./benchmarks/scaling/command.ts"),
  },
  "bench:training": {
    summary: "time and memory of training steps, short and long, with fits and plots",
    load: () => import("./benchmarks/training/command.ts"),
  },
  "bench:kernels": {
    summary: "speed of each kernel by GPU timestamps, beside the adapter's copy bandwidth",
    load: () => import("./benchmarks/kernels/command.ts"),
  },
  "eval": {
    summary: "word error rate, speed and memory of a recogniser on a test set",
    load: () => import("./benchmarks/eval/command.ts"),
  },
  "train": {
    summary: "trains a recogniser on this machine's GPU",
    load: () => import("./benchmarks/train/command.ts"),
  },
  "merge": {
    summary: "joins the shards of an evaluation that several machines made",
    load: () => import("./benchmarks/eval/merge_command.ts"),
  },
  "transcribe": {
    summary: "turns recordings into text or subtitles",
    load: () => import("./benchmarks/transcribe/command.ts"),
  },
  "score": {
    summary: "word error rate of hypotheses that any program made",
    load: () => import("./benchmarks/score/command.ts"),
  },
  "compare": {
    summary: "whether two systems differ on the same utterances",
    load: () => import("./benchmarks/compare/command.ts"),
  },
  "lm": {
    summary: "estimates an n-gram language model from text, for decoding",
    load: () => import("./benchmarks/language_model/command.ts"),
  },
  "datasets": {
    summary: "lists, fetches and checks the test sets",
    load: () => import("./benchmarks/datasets/command.ts"),
  },
  "doctor": {
    summary: "what this machine offers, whether it computes correctly, and how to get what is missing",
    load: () => import("./benchmarks/doctor/command.ts"),
  },
  "gate": {
    summary: "fails where something got slower, larger or different than it was",
    load: () => import("./benchmarks/gate/command.ts"),
  },
  "verify": {
    summary: "recomputes every figure of a report from its raw samples; --rerun repeats what is exact",
    load: () => import("./benchmarks/rerun/command.ts"),
  },
  "report": {
    summary: "renders a report's Markdown and plots again, or one HTML page of several reports",
    load: () => import("./reports/report_command.ts"),
  },
  "claims": {
    summary: "judges the paper's claims by the published reports, and writes CLAIMS.md",
    load: () => import("./reports/claims/command.ts"),
  },
};

/** Where a command line's messages go. */
export interface Streams {
  out(text: string): void;
  error(text: string): void;
}

const CONSOLE: Streams = { out: (text) => console.log(text), error: (text) => console.error(text) };

/** Runs one command line and gives its exit code: 0 done, 1 regression, 2 could not measure, 3 wrong usage or data. */
export async function main(
  args: readonly string[],
  commands: Readonly<Record<string, Command>> = COMMANDS,
  streams: Streams = CONSOLE,
): Promise<number> {
  const verbose = args.includes("--verbose");
  const [name, ...rest] = args.filter((arg) => arg !== "--verbose");
  if (name === "--help" || name === "-h") {
    streams.out(help(commands));
    return EXIT.done;
  }
  if (name === undefined) {
    streams.error(help(commands));
    return EXIT.usage;
  }
  if (!Object.hasOwn(commands, name)) {
    streams.error(`no command ${name}: did you mean ${nearest(name, Object.keys(commands))}? (--help lists all)`);
    return EXIT.usage;
  }
  try {
    return await (await commands[name].load()).run(rest);
  } catch (error) {
    const { code, line } = describeFailure(error, name);
    streams.error(line);
    if (verbose) streams.error(error instanceof Error ? error.stack ?? error.message : String(error));
    return code;
  }
}

/** The line and the exit code that an error ends the command `name` with. */
export function describeFailure(error: unknown, name: string): { readonly code: number; readonly line: string } {
  const message = (error instanceof Error ? error.message : String(error)).split("\n")[0];
  const code = ownExitCode(error) ?? exitCodeOf(error);
  if (code !== null) return { code, line: message };
  if (error instanceof Deno.errors.NotCapable) {
    // Deno's own advice is to give away every permission of a kind; the task grants what is needed.
    const what = message.split(", ")[0];
    return { code: EXIT.usage, line: `${name} needs permissions: run it as \`deno task ${name}\` (${what})` };
  }
  if (isArgumentError(error)) return { code: EXIT.usage, line: `${message.split(". ")[0]}; see --help` };
  const kind = error instanceof Error && error.name !== "Error" ? `${error.name}: ` : "";
  return { code: EXIT.notMeasured, line: `unexpected: ${kind}${message} (--verbose prints where)` };
}

/** The exit code that an error carries itself, as those do which no room below may know by name. */
function ownExitCode(error: unknown): number | null {
  const code = error instanceof Error ? (error as Error & { exitCode?: unknown }).exitCode : undefined;
  return typeof code === "number" ? code : null;
}

/** Whether `parseArgs` of node:util threw it. */
function isArgumentError(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && code.startsWith("ERR_PARSE_ARGS");
}

function help(commands: Readonly<Record<string, Command>>): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length)) + 2;
  return [
    "Usage: deno task <command> [arguments]        (./denow task ... where Deno is not installed)",
    "",
    ...Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}${summary}`),
    "",
    "deno task <command> --help tells its arguments; --verbose adds to an error where in the program it arose.",
  ].join("\n");
}

/** The name that holds what was typed, else the one with the least edit distance. */
function nearest(name: string, names: readonly string[]): string {
  const distance = (known: string) => known.includes(name) ? 0 : editDistance([...name], [...known]);
  return names.toSorted((a, b) => distance(a) - distance(b))[0];
}

if (import.meta.main) {
  // What no command awaited is an error of the program as well, and must not hide behind a stack trace.
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    const { code, line } = describeFailure(event.reason, Deno.args.find((arg) => Object.hasOwn(COMMANDS, arg)) ?? "");
    console.error(line);
    if (Deno.args.includes("--verbose")) console.error(event.reason);
    Deno.exit(code);
  });
  // A device, its timers or a library may keep the process alive: the command's answer is what ends it.
  Deno.exit(await main(Deno.args));
}
