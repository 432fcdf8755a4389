import os from "node:os";
import type { Environment } from "../../reports/schema.ts";
import { nvidiaQuery } from "./outside_memory.ts";
import { printed } from "./spawn.ts";

/** The part of a report's environment that does not depend on what is measured. */
export type Machine = Pick<
  Environment,
  "git_commit" | "git_dirty" | "driver" | "os" | "cpu" | "cpu_cores" | "memory_bytes" | "deno" | "v8" | "packages"
>;

/** Runs a program and gives what it printed, without its last line feed; null where it is missing or fails. */
export type Run = (program: string, args: readonly string[]) => Promise<string | null>;

/**
 * Describes this machine and the program's checkout at `root`, a folder. Needs `--allow-read` of `root` and
 * /etc/os-release, `--allow-run=git,nvidia-smi` and `--allow-sys=osRelease,systemMemoryInfo,cpus`; where git or nvidia-smi
 * is missing, what they would tell is null.
 */
export async function describeMachine(root: string, run: Run = printed): Promise<Machine> {
  const git = (...args: string[]): Promise<string | null> => run("git", ["--no-optional-locks", "-C", root, ...args]);
  const commit = await git("rev-parse", "--verify", "HEAD");
  const known = commit !== null && /^[0-9a-f]{40}$/.test(commit);
  const changes = known ? await git("status", "--porcelain") : null;
  return {
    git_commit: known ? commit : null,
    git_dirty: changes === null ? null : changes !== "",
    driver: await nvidiaQuery("driver_version"),
    os: await operatingSystem(),
    cpu: os.cpus()[0]?.model.trim() || `${Deno.build.arch} processor`,
    cpu_cores: navigator.hardwareConcurrency,
    memory_bytes: Deno.systemMemoryInfo().total,
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    packages: packageVersions(
      await Deno.readTextFile(`${root}/deno.json`),
      await Deno.readTextFile(`${root}/deno.lock`),
    ),
  };
}

/** The versions that the lock file has settled for the packages which the import map names. */
export function packageVersions(configuration: string, lockFile: string): Record<string, string> {
  const { imports = {} } = JSON.parse(configuration) as { imports?: Record<string, string> };
  const { specifiers = {} } = JSON.parse(lockFile) as { specifiers?: Record<string, string> };
  const versions: Record<string, string> = {};
  for (const [name, specifier] of Object.entries(imports)) {
    const version = specifiers[specifier];
    // After an underscore come the versions of its peers.
    if (version !== undefined) versions[name] = version.split("_")[0];
  }
  return versions;
}

/** A command as one can type it into a shell again, with the environment variables that bear on it put first. */
export function commandLine(command: string, args: readonly string[], variables: Record<string, string> = {}): string {
  const set = Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}`);
  return [...set, command, ...args.map(quoted)].join(" ");
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

async function operatingSystem(): Promise<string> {
  const kernel = `${Deno.build.os} ${Deno.osRelease()} ${Deno.build.arch}`;
  if (Deno.build.os !== "linux") return kernel;
  try {
    const name = /^PRETTY_NAME="?(.*?)"?$/m.exec(await Deno.readTextFile("/etc/os-release"))?.[1];
    return name ? `${name}, ${kernel}` : kernel;
  } catch {
    return kernel;
  }
}
