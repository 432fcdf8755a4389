import { fileURLToPath } from "node:url";
import { NotMeasuredError } from "../../harness/errors.ts";
import { denoCommand, printed, spawn } from "../../harness/spawn.ts";

/** Configuration and lock file of the Whisper process alone: its packages unpack to 500 MB, which no other command needs. */
export const CONFIG = fileURLToPath(new URL("./deno.json", import.meta.url));

const SLOW_MS = 2000;

/**
 * Fetches the packages of the Whisper process, as its lock file pins them, where they are not in Deno's cache yet; where
 * they are, this takes some milliseconds and no network. Throws NotMeasuredError where they cannot be had.
 *
 * @param notice is told once where it takes a while
 * @param env for the process that fetches, besides this one's
 */
export async function fetchPackages(
  notice: (line: string) => void,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { imports }: { imports: Record<string, string> } = JSON.parse(await Deno.readTextFile(CONFIG));
  const args = ["cache", "--quiet", "--frozen", "--config", CONFIG, ...Object.values(imports)];
  const timer = setTimeout(
    () => notice("whisper: fetching onnxruntime and transformers.js (500 MB unpacked, once)"),
    SLOW_MS,
  );
  try {
    const { code, stderr } = await spawn(denoCommand(), args, "piped", { NO_COLOR: "1", ...env }).output();
    if (code !== 0) throw new NotMeasuredError(refusal(new TextDecoder().decode(stderr)));
  } finally {
    clearTimeout(timer);
  }
}

/** One line of what Deno says when it cannot fetch: the cause below its headline, where there is one. */
function refusal(said: string): string {
  const told = said.split("\n").map((line) => line.trim());
  const cause = told.find((line) => line.startsWith("0: ")) ?? told.find((line) => line.startsWith("error: ")) ?? "";
  return `whisper: its packages cannot be fetched (${cause.replace(/^(0|error): /, "")}); ` +
    "connect to the network once, or name a mirror in NPM_CONFIG_REGISTRY";
}

/** Folder of Deno's npm packages, the only one that the Whisper process may load libraries from. */
export async function packageFolder(): Promise<string> {
  const text = await printed(denoCommand(), ["info", "--json"]);
  const folder: unknown = text === null ? null : JSON.parse(text).npmCache;
  if (typeof folder !== "string") throw new NotMeasuredError("whisper: deno info --json names no npmCache");
  return folder;
}
