import { type ChildEnd, diedOfMemory, killedByAnother, lastWords } from "../../harness/child.ts";
import { lines } from "../../harness/lines.ts";
import { denoCommand, spawn } from "../../harness/spawn.ts";
import { EngineError } from "../engine.ts";
import { requestBytes, type WhisperEvent } from "./protocol.ts";

/** A running Whisper process. */
export interface WhisperProcess {
  /** What it says next: ready or failed after its start, and an answer after each `ask`. Throws EngineError where it died. */
  next(): Promise<WhisperEvent>;
  /** Hands it a recording. One at a time. */
  ask(samples: Float32Array): Promise<WhisperEvent>;
  /** Whether it has ended. */
  ended(): boolean;
  /** Ends it, whatever it is doing, and waits until it has. */
  stop(): Promise<void>;
}

const KEPT_ERROR_LINES = 40;
const STOP_MS = 3000;

/** Starts Deno with `args`, a program that speaks the protocol. Throws Deno's errors where Deno may not be run. */
export function startProcess(args: readonly string[]): WhisperProcess {
  const started = performance.now();
  const child = spawn(denoCommand(), args, "piped", { NO_COLOR: "1" }, "piped");
  const input = child.stdin.getWriter();
  input.closed.catch(() => {}); // it died; `ending` says how

  const lastErrors: string[] = [];
  const said: WhisperEvent[] = [];
  let waiting: PromiseWithResolvers<WhisperEvent> | null = null;
  let failure: EngineError | null = null;
  let stopping = false;

  const hear = (line: string): void => {
    const event = parseEvent(line);
    if (event === null) return keep(line);
    if (waiting === null) said.push(event);
    waiting?.resolve(event);
    waiting = null;
  };
  const keep = (line: string): void => {
    if (line.trim() !== "") lastErrors.push(line);
    if (lastErrors.length > KEPT_ERROR_LINES) lastErrors.shift();
  };
  const refuse = (error: EngineError): void => {
    waiting?.reject(error);
    waiting = null;
  };
  const ending = (async (): Promise<void> => {
    const readOutput = async (): Promise<void> => {
      for await (const line of lines(child.stdout)) hear(line);
    };
    const readErrors = async (): Promise<void> => {
      for await (const line of lines(child.stderr)) keep(line);
    };
    const [{ code, signal }] = await Promise.all([child.status, readOutput(), readErrors()]);
    const seconds = (performance.now() - started) / 1000;
    failure = new EngineError(obituary({ code, signal, stopped: stopping ? "interrupt" : null, lastErrors, seconds }));
    refuse(failure);
  })();

  const next = (): Promise<WhisperEvent> => {
    const event = said.shift();
    if (event) return Promise.resolve(event);
    if (failure) return Promise.reject(failure);
    waiting = Promise.withResolvers();
    return waiting.promise;
  };
  return {
    next,
    async ask(samples) {
      const [answer] = await Promise.all([next(), input.write(requestBytes(samples)).catch(() => {})]);
      return answer;
    },
    ended: () => failure !== null,
    async stop() {
      stopping = true;
      const timer = setTimeout(() => kill(child), STOP_MS);
      await input.close().catch(() => {});
      await ending;
      clearTimeout(timer);
    },
  };
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended by itself in the meantime.
  }
}

function parseEvent(line: string): WhisperEvent | null {
  try {
    const event: unknown = JSON.parse(line);
    return typeof event === "object" && event !== null && "event" in event ? event as WhisperEvent : null;
  } catch {
    return null;
  }
}

/** One line about how the process ended. */
function obituary(end: ChildEnd): string {
  const words = lastWords(end);
  const said = words === null ? "" : `: ${words}`;
  if (end.stopped !== null) return "whisper was stopped";
  if (diedOfMemory(end)) return `whisper ran out of memory${said}`;
  if (killedByAnother(end)) return "whisper was killed, as the system does when memory runs out";
  return `whisper ended (${end.signal ?? `exit code ${end.code}`})${said}`;
}
