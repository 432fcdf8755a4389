import { join } from "node:path";
import type { AdapterDescription } from "../../kernels/gpu/mod.ts";
import { openAppender } from "../harness/append.ts";
import { UsageError } from "../harness/errors.ts";
import type { PointResult } from "./row.ts";

/** Of the lines of points.jsonl; until 2 it was the report's. */
export const LOG_VERSION = 3;

/** What the points of one run have in common; a run is only resumed with the same. */
export interface RunIdentity {
  readonly preset: string;
  readonly seed: number;
  readonly gpu: string;
  readonly adapter: AdapterDescription;
  /** Folder of the speech, or null where sound was generated. */
  readonly dataRoot: string | null;
}

/** A finished point, and the audio it was measured on. */
export interface PointRecord extends PointResult {
  readonly audioSha256: string;
  readonly manifestSha256: string;
  /** What is said in the audio; null where nobody knows. */
  readonly reference: string | null;
}

/** A run: `points.jsonl` in its folder, whose first line identifies it and whose others are finished points. */
export interface Run {
  readonly startedAt: string;
  /** The last record of each point. */
  readonly records: readonly PointRecord[];
}

/** The file of a run that goes on. */
export interface Log {
  /** Writes a point at once. */
  append(record: PointRecord): void;
  close(): void;
}

const FILE = "points.jsonl";

/** Whether `folder` holds a run already. */
export async function holdsRun(folder: string): Promise<boolean> {
  return await Deno.stat(join(folder, FILE)).then(({ isFile }) => isFile, () => false);
}

/** Throws UsageError where `folder` holds no run that could go on. */
export async function requireRun(folder: string): Promise<void> {
  if (!await holdsRun(folder)) throw new UsageError(`no run in ${folder} to resume; begin one without --resume`);
}

/** Reads the run in `folder`. Throws UsageError where there is none, it was another benchmark than `identity`, or is damaged. */
export async function readRun(folder: string, identity: RunIdentity): Promise<Run> {
  await requireRun(folder);
  const path = join(folder, FILE);
  const text = await Deno.readTextFile(path);
  // A line that has no end was being written when the machine or the process went down.
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const [first, ...rest] = whole.split("\n").slice(0, -1);
  const header = parsedLine(path, 1, first ?? "") as Partial<{ schema: number; run: RunIdentity; startedAt: string }>;
  const { schema, run, startedAt } = header;
  if (!run?.adapter || typeof startedAt !== "string") throw damaged(path, 1);
  const different = schema === LOG_VERSION ? differences(run, identity) : "points of another version of this program";
  if (different !== null) {
    throw new UsageError(
      `--resume: the run in ${folder} has ${different}; give it the same, or begin anew without --resume`,
    );
  }
  const records = new Map<string, PointRecord>();
  rest.forEach((line, index) => {
    const record = parsedLine(path, index + 2, line) as Partial<PointRecord>;
    if (!record.row?.engine || typeof record.row.minutes !== "number" || typeof record.audioSha256 !== "string") {
      throw damaged(path, index + 2);
    }
    const { engine, minutes, batch } = record.row;
    records.set(`${engine} ${minutes} ${batch}`, record as PointRecord);
  });
  return { startedAt, records: [...records.values()] };
}

/** Writes what `run` has so far into `folder`, in place of a run that is there, and opens it for more. */
export async function openLog(folder: string, identity: RunIdentity, run: Run): Promise<Log> {
  const path = join(folder, FILE);
  const temporary = `${path}.${Deno.pid}.tmp`;
  const past = [{ schema: LOG_VERSION, run: identity, startedAt: run.startedAt }, ...run.records];
  await Deno.writeTextFile(temporary, past.map((line) => JSON.stringify(line) + "\n").join(""));
  await Deno.rename(temporary, path);
  const { append, close } = await openAppender(path);
  return { append: (record) => append(JSON.stringify(record) + "\n"), close };
}

/** The first difference in words: "preset nano, not base". */
function differences(before: RunIdentity, now: RunIdentity): string | null {
  const parts: [string, unknown, unknown][] = [
    ["preset", before.preset, now.preset],
    ["seed", before.seed, now.seed],
    ["WebGPU by", before.gpu, now.gpu],
    ["adapter", adapterText(before.adapter), adapterText(now.adapter)],
    ["data from", before.dataRoot ?? "the generator", now.dataRoot ?? "the generator"],
  ];
  const [name, was, is] = parts.find(([, was, is]) => was !== is) ?? [];
  return name === undefined ? null : `${name} ${was}, not ${is}`;
}

function adapterText({ vendor, architecture, device, description, isSoftware }: AdapterDescription): string {
  return [vendor, architecture, device, description, isSoftware ? "(software)" : ""].filter((part) => part !== "")
    .join(" ");
}

function parsedLine(path: string, number: number, line: string): unknown {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Falls through to the error that says where.
  }
  throw damaged(path, number);
}

function damaged(path: string, number: number): UsageError {
  return new UsageError(`${path}:${number}: is no line that this benchmark writes; begin anew without --resume`);
}
