import { fileURLToPath } from "node:url";
import { allowing, type ChildEnd, lastWords, runChild } from "../harness/child.ts";
import { NotMeasuredError } from "../harness/errors.ts";

/** Nothing that a child is asked takes as long. */
const DEADLINE_SECONDS = 180;
/** Where the gate's own files lie, whatever version it looks at. */
const OWN = fileURLToPath(new URL(".", import.meta.url));

/**
 * Asks a program of the gate, in a process of its own under the configuration of the version at `root`, and gives the one
 * line of JSON that it answers; null when interrupted. Throws NotMeasuredError, one line that begins with `what`, where it
 * dies or says that it failed.
 */
export async function ask<Answer extends object>(
  script: string,
  root: string,
  request: { readonly gpu: "deno" | "dawn" },
  what: string,
  interrupt: AbortSignal,
): Promise<Exclude<Answer, { readonly failed: string }> | null> {
  let answer: Answer | null = null;
  const end = await runChild(
    script,
    [`--config=${root}/deno.json`, allowing("read", [root, OWN]), ...(request.gpu === "dawn" ? ["--allow-ffi"] : [])],
    JSON.stringify(request),
    (line) => answer = parsed<Answer>(line) ?? answer,
    DEADLINE_SECONDS,
    interrupt,
  );
  if (end.stopped === "interrupt" || end.signal === "SIGINT") return null;
  const told = answer as Answer | null;
  if (told === null) throw new NotMeasuredError(`${what}: ${howItEnded(end)}`);
  if ("failed" in told) throw new NotMeasuredError(`${what}: ${told.failed}`);
  return told as Exclude<Answer, { readonly failed: string }>;
}

function parsed<Answer>(line: string): Answer | null {
  if (!line.startsWith("{")) return null;
  try {
    return JSON.parse(line) as Answer;
  } catch {
    return null;
  }
}

function howItEnded(end: ChildEnd): string {
  if (end.stopped === "deadline") return `no answer within ${DEADLINE_SECONDS} s`;
  if (end.signal !== null) return `its process was killed by ${end.signal}`;
  return lastWords(end) ?? `its process ended with exit code ${end.code}`;
}
