import { spawn } from "../harness/spawn.ts";

/** How a short program ended, and what it said. */
export interface ProgramEnd {
  readonly code: number;
  /** Without its last line feed. */
  readonly output: string;
  readonly errors: string;
}

/** Runs a short program to its end; one that is missing ends with 127, as in a shell. */
export async function runProgram(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ProgramEnd> {
  try {
    const { code, stdout, stderr } = await spawn(program, args, "piped", env).output();
    const [output, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).replace(/\r?\n$/, ""));
    return { code, output, errors };
  } catch (error) {
    return { code: 127, output: "", errors: error instanceof Error ? error.message : String(error) };
  }
}

/** The last line of its errors. */
export function lastWords({ errors, code }: ProgramEnd): string {
  return errors.split("\n").findLast((line) => line.trim() !== "")?.trim() ?? `exit code ${code}`;
}
