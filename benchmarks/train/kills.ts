import { join } from "node:path";
import { checkpointPath, loadCheckpoint } from "../../training/checkpoint.ts";
import { readModel } from "../../model/weights.ts";
import { PROJECT_ROOT } from "../harness/project.ts";
import { denoCommand } from "../harness/spawn.ts";
import { readLog } from "./log.ts";
import { LOG_FILE } from "./log_schema.ts";
import { MODEL_FILE } from "./saving.ts";

/** When a training process is killed. */
export interface Kill {
  /** From its start on, from its first step on, or the first time after that when a file is half-written. */
  readonly from: "start" | "step" | "writing";
  readonly seconds: number;
}

/** How a training process ended. */
export interface Life {
  readonly killed: boolean;
  readonly code: number;
  /** Whether a file was half-written when it was killed. */
  readonly writing: boolean;
  /** Of the last checkpoint that it left; null where there is none. */
  readonly step: number | null;
  readonly seconds: number;
  /** What it said. */
  readonly errors: string;
}

/**
 * Trains by the config in a file, in `folder` and a process of its own, going on with what is there; SIGKILL ends it where
 * `kill` says so, unless it has come to its end by then. Throws a ConfigError where it leaves a damaged checkpoint.
 */
export async function liveOnce(config: string, folder: string, kill: Kill | null): Promise<Life> {
  const [started, born] = [performance.now(), Date.now()];
  const seconds = () => (performance.now() - started) / 1000;
  const logBefore = await changedAt(folder);
  const args = ["run", "--quiet", "--no-prompt", "--allow-all", "cli.ts", "train", config, "--out", folder, "--resume"];
  const child = new Deno.Command(denoCommand(), { args, cwd: PROJECT_ROOT, stdout: "null", stderr: "piped" }).spawn();
  let ended = false;
  const output = child.output().finally(() => ended = true);
  let killed = false;
  if (kill !== null) {
    const until = async (isTime: () => boolean | Promise<boolean>): Promise<void> => {
      while (!ended && !await isTime()) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    if (kill.from !== "start") {
      // The log is written anew before the first step, and grows behind it.
      await until(async () => await changedAt(folder) !== logBefore);
      const logBegun = await changedAt(folder);
      await until(async () => await changedAt(folder) !== logBegun);
    }
    const since = kill.from === "start" ? 0 : seconds();
    await until(() => seconds() - since >= kill.seconds);
    if (kill.from === "writing") await until(() => isHalfWritten(folder, born));
    if (!ended) {
      child.kill("SIGKILL");
      killed = true;
    }
  }
  const { code, stderr } = await output;
  const writing = killed && await isHalfWritten(folder, born);
  const step = await stepOf(folder);
  return { killed, code, writing, step, seconds: seconds(), errors: new TextDecoder().decode(stderr) };
}

/** Of the last checkpoint; null where there is none. Throws a ConfigError where it is damaged. */
async function stepOf(folder: string): Promise<number | null> {
  const path = checkpointPath(folder, "last");
  if (!await Deno.stat(path).then(() => true, () => false)) return null;
  return ((await loadCheckpoint(path)).state as { step: number }).step;
}

/** When the log was replaced or grew; null while there is none. */
async function changedAt(folder: string): Promise<number | null> {
  return await Deno.stat(join(folder, LOG_FILE)).then(({ mtime }) => mtime?.getTime() ?? null, () => null);
}

/** Whether a file is being written, or was when the process was killed; those left from lives before do not count. */
async function isHalfWritten(folder: string, since: number): Promise<boolean> {
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (!name.endsWith(".tmp")) continue;
      const { mtime } = await Deno.stat(join(folder, name));
      if (mtime !== null && mtime.getTime() >= since) return true;
    }
  } catch (error) {
    // The folder is not there yet, or the file was renamed meanwhile.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return false;
}

/**
 * All that a run ends with and that must not hang on how often it was killed: checkpoints and model to the bit, and what its
 * evaluations found. For `assert.deepEqual`.
 */
export async function outcomeOf(folder: string): Promise<Record<string, unknown>> {
  const checkpoint = async (name: "last" | "best") => {
    const { tensors, state } = await loadCheckpoint(checkpointPath(folder, name));
    const { elapsedSeconds: _, ...rest } = state as Record<string, unknown>;
    return { tensors: await hashes(tensors), state: rest };
  };
  const { tensors, config } = await readModel(join(folder, MODEL_FILE));
  const lines = (await readLog(folder))?.lines ?? [];
  return {
    last: await checkpoint("last"),
    best: await checkpoint("best"),
    model: { tensors: await hashes(new Map([...tensors].map(([name, { values }]) => [name, values]))), config },
    dev: lines.filter((line) => line.kind === "dev").map(({ elapsed_seconds: _, ...line }) => line),
    end: lines.filter((line) => line.kind === "end").map(({ reason, step }) => ({ reason, step })),
  };
}

async function hashes(tensors: ReadonlyMap<string, Float32Array | Uint32Array>): Promise<Record<string, string>> {
  const named = [...tensors].map(async ([name, values]) => {
    const digest = await crypto.subtle.digest(
      "SHA-256",
      new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength),
    );
    return [name, new Uint8Array(digest).toHex()] as const;
  });
  return Object.fromEntries(await Promise.all(named));
}
