import { join } from "node:path";
import type { z } from "zod";
import { writeFile } from "../../reports/write_file.ts";
import { firstDifference } from "../../training/config.ts";
import { openAppender } from "../harness/append.ts";
import { UsageError } from "../harness/errors.ts";
import { LOG_FILE, type LogHeader, logHeader, type LogLine, logLine } from "./log_schema.ts";

/** A log that was read. */
export interface TrainingLog {
  readonly header: LogHeader;
  readonly lines: readonly LogLine[];
}

/** A log that goes on. */
export interface OpenLog {
  /** Writes a line at once and whole. Throws UsageError, one line, where there is no room for it. */
  append(line: LogLine): void;
  close(): void;
}

/** Begins a log in `folder`, in place of one that is there. Throws InputError where it cannot be written. */
export async function startLog(folder: string, header: LogHeader): Promise<OpenLog> {
  return await writeLog(folder, { header, lines: [] });
}

/**
 * Goes on with a log that was read from `folder`, at `step`: drops the lines behind it, which a run that was killed wrote
 * after its last checkpoint, evaluations that are made again, and any end, and notes where it went on. Begins one where
 * there was none. Throws InputError where it cannot be written.
 */
export async function resumeLog(
  folder: string,
  before: TrainingLog | null,
  header: LogHeader,
  step: number,
  evaluatedStep: number,
): Promise<OpenLog> {
  const stays = (line: LogLine) => line.step <= (line.kind === "dev" ? Math.min(step, evaluatedStep) : step);
  const kept = before?.lines.filter((line) => line.kind !== "end" && stays(line)) ?? [];
  const resumed = { kind: "resumed", step, started_at: header.started_at, device: header.device } as const;
  return await writeLog(folder, { header: before?.header ?? header, lines: [...kept, resumed] });
}

async function writeLog(folder: string, { header, lines }: TrainingLog): Promise<OpenLog> {
  const path = await writeFile(folder, LOG_FILE, [header, ...lines].map(jsonLine).join(""));
  const { append, close } = await openAppender(path);
  return {
    append(line) {
      try {
        append(jsonLine(line));
      } catch (error) {
        const reason = (error as Error).message.split("\n")[0];
        throw new UsageError(
          `${path}: cannot be written (${reason}); the last checkpoint is intact: make room, then --resume`,
        );
      }
    },
    close,
  };
}

function jsonLine(line: LogHeader | LogLine): string {
  return JSON.stringify(line) + "\n";
}

/** The log in `folder`; null where there is none, or not even its first line is whole. Throws UsageError where it is damaged. */
export async function readLog(folder: string): Promise<TrainingLog | null> {
  const path = join(folder, LOG_FILE);
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  return text.includes("\n") ? parseLog(text, path) : null;
}

/** Reads a log's text; what is behind the last line feed is what a kill left, and is dropped. Throws UsageError, one line. */
export function parseLog(text: string, path: string): TrainingLog {
  const [first, ...rest] = text.split("\n").slice(0, -1);
  return {
    header: valid(logHeader, first, path, 1),
    lines: rest.map((line, i) => valid(logLine, line, path, i + 2)),
  };
}

function valid<T>(schema: z.ZodType<T>, line: string, path: string, number: number): T {
  const refused = (reason: string) =>
    new UsageError(
      `${path}:${number}: ${reason}; take back the line as it was written, or begin again with another --out`,
    );
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw refused("is no JSON");
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [{ path: field, message }] = result.error.issues;
  throw refused(`${field.join(".") || "line"}: ${message}`);
}

/** Throws UsageError that names the first thing in which a run that is to go on differs from the one that was begun. */
export function requireSame(folder: string, before: LogHeader, now: LogHeader): void {
  const relevant = ({ config, config_hash, data, init }: LogHeader) => ({
    config,
    config_hash,
    data,
    init: init && { sha256: init.sha256 },
  });
  const difference = firstDifference(relevant(before), relevant(now));
  if (difference === null) return;
  const { path, before: was, now: is } = difference;
  throw new UsageError(
    `--resume: the run in ${folder} has ${path} ${was}, not ${is}; give it the same, or another --out`,
  );
}
