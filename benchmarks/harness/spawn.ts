/** Variables that make a program load other libraries: Deno hands them on only under an `--allow-run` without a list. */
const LOADER_VARIABLES = [
  "LD_LIBRARY_PATH",
  "LD_PRELOAD",
  "LD_RUN_PATH",
  "DYLD_LIBRARY_PATH",
  "DYLD_FALLBACK_LIBRARY_PATH",
  "DYLD_INSERT_LIBRARIES",
];

/**
 * Starts a program in this environment and `env`, with nothing on its standard input unless that is piped. Where the loader's variables are set
 * and Deno may not hand them on, the program starts without them. Throws Deno's errors where it is missing or not allowed.
 */
export function spawn(
  program: string,
  args: readonly string[],
  stderr: "piped" | "null",
  env: Readonly<Record<string, string>> = {},
  stdin: "piped" | "null" = "null",
): Deno.ChildProcess {
  const start = (env: Record<string, string>): Deno.ChildProcess =>
    new Deno.Command(program, { args: [...args], stdin, stdout: "piped", stderr, env }).spawn();
  try {
    return start({ ...env });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    // Empty ones are harmless and allowed; a permission that is missing altogether is refused again.
    return start({ ...env, ...Object.fromEntries(LOADER_VARIABLES.map((name) => [name, ""])) });
  }
}

/** What a program prints, without its last line feed; null where it is missing, not allowed or fails. */
export async function printed(program: string, args: readonly string[]): Promise<string | null> {
  try {
    const { code, stdout } = await spawn(program, args, "null").output();
    return code === 0 ? new TextDecoder().decode(stdout).replace(/\r?\n$/, "") : null;
  } catch {
    return null;
  }
}

/**
 * What starts another Deno like this one: its own path where that may be run, else the name on PATH. The two differ where
 * PATH holds a link to Deno, and `--allow-run=deno` then allows the name alone.
 */
export function denoCommand(): string {
  const own = Deno.execPath();
  return Deno.permissions.querySync({ name: "run", command: own }).state === "granted" ? own : "deno";
}
