import { lines } from "./lines.ts";
import { denoCommand, spawn } from "./spawn.ts";

/** How a child process ended. */
export interface ChildEnd {
  readonly code: number;
  /** The signal that ended it, whoever sent it. */
  readonly signal: Deno.Signal | null;
  /** Set where this process killed it: it was past its deadline, or the run was interrupted. */
  readonly stopped: "deadline" | "interrupt" | null;
  /** The last lines of its standard error. */
  readonly lastErrors: readonly string[];
  /** From start to end. */
  readonly seconds: number;
}

const KEPT_ERROR_LINES = 40;

/**
 * Runs a TypeScript program in a Deno process of its own, and hands each line of its standard output to `onLine` as it
 * comes. It is killed (SIGKILL: a process that waits for a driver heeds nothing milder) `deadlineSeconds` after its
 * start, or when `interrupt` fires. Never throws for what the child does.
 *
 * @param permissions Deno's permission flags, such as `--allow-read=/tmp/audio`.
 */
export async function runChild(
  script: string,
  permissions: readonly string[],
  argument: string,
  onLine: (line: string) => void,
  deadlineSeconds: number,
  interrupt: AbortSignal,
): Promise<ChildEnd> {
  const started = performance.now();
  const args = ["run", "--quiet", "--no-prompt", ...permissions, script, argument];
  const child = spawn(denoCommand(), args, "piped", { NO_COLOR: "1" });

  let stopped: ChildEnd["stopped"] = null;
  const stop = (why: "deadline" | "interrupt"): void => {
    stopped ??= why;
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended by itself in the meantime.
    }
  };
  const timer = setTimeout(() => stop("deadline"), deadlineSeconds * 1000);
  const onInterrupt = (): void => stop("interrupt");
  interrupt.addEventListener("abort", onInterrupt);
  if (interrupt.aborted) stop("interrupt");

  const lastErrors: string[] = [];
  const readErrors = async (): Promise<void> => {
    for await (const line of lines(child.stderr)) {
      if (line.trim() !== "") lastErrors.push(line);
      if (lastErrors.length > KEPT_ERROR_LINES) lastErrors.shift();
    }
  };
  const readOutput = async (): Promise<void> => {
    for await (const line of lines(child.stdout)) onLine(line);
  };
  try {
    const [status] = await Promise.all([child.status, readOutput(), readErrors()]);
    const seconds = (performance.now() - started) / 1000;
    return { code: status.code, signal: status.signal, stopped, lastErrors, seconds };
  } finally {
    clearTimeout(timer);
    interrupt.removeEventListener("abort", onInterrupt);
  }
}

/** The flag that allows a child to read or write under some paths. */
export function allowing(what: "read" | "write", paths: readonly string[]): string {
  return `--allow-${what}=${paths.map((path) => path.replaceAll(",", ",,")).join(",")}`;
}

/** What a child that died said last: the line of its error, not the stack below it; null where it said nothing. */
export function lastWords({ lastErrors }: ChildEnd): string | null {
  const spoken = lastErrors.filter((line) => !/^\s+at /.test(line));
  const words = spoken.findLast((line) => /^error: |Error: /.test(line)) ?? spoken.at(-1);
  return words?.trim().replace(/^error: (Uncaught (\(in promise\) )?)?/, "") ?? null;
}

/** Whether another hand than this process's killed it: the system's when memory runs out, or anybody's. */
export function killedByAnother({ code, signal, stopped }: ChildEnd): boolean {
  return stopped === null && (signal === "SIGKILL" || code === 137);
}

/** Whether a child that died said itself that memory had run out, in V8's, Rust's or a driver's words. */
export function diedOfMemory({ code, stopped, lastErrors }: ChildEnd): boolean {
  if (code === 0 || stopped !== null) return false;
  return lastErrors.some((line) =>
    /out[ _]?of[ _]?(device[ _]|host[ _])?memory|memory allocation of \d+ bytes failed|not enough memory|bad_alloc/i
      .test(
        line,
      )
  );
}
