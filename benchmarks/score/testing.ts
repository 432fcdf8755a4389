/** What tests of `score` and `compare` share. */
import { exitCodeOf } from "../harness/errors.ts";

/** What a command printed, the line of an error that it threw, and the exit code that it ends with. */
export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs a command with files of these names and contents in a folder of its own: `{name}` as an argument is a file's path. */
export async function runWithFiles(
  run: (args: string[]) => Promise<number>,
  args: readonly string[],
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<Printed> {
  const folder = await Deno.makeTempDir();
  const printed: string[] = [];
  const log = console.log;
  console.log = (text: string) => void printed.push(text);
  try {
    for (const [file, contents] of Object.entries(files)) {
      const bytes = typeof contents === "string" ? new TextEncoder().encode(contents) : contents;
      await Deno.writeFile(`${folder}/${file}`, bytes);
    }
    const given = args.map((arg) => arg.replace(/^\{(.*)\}$/, `${folder}/$1`));
    const { code, error } = await run(given).then((code) => ({ code, error: "" }), foreseen);
    return { code, out: printed.join("\n"), error: error.replaceAll(`${folder}/`, "") };
  } finally {
    console.log = log;
    await Deno.remove(folder, { recursive: true });
  }
}

function foreseen(error: Error): { code: number; error: string } {
  const code = exitCodeOf(error);
  if (code === null) throw error;
  return { code, error: error.message };
}
