/** Runs `command` with what it prints caught. */
export async function captured(command: () => Promise<number>): Promise<{ code: number; out: string; err: string }> {
  const { log, error } = console;
  const lines: { out: string[]; err: string[] } = { out: [], err: [] };
  console.log = (text: string) => lines.out.push(text);
  console.error = (text: string) => lines.err.push(text);
  try {
    return { code: await command(), out: lines.out.join("\n"), err: lines.err.join("\n") };
  } finally {
    Object.assign(console, { log, error });
  }
}

/** Runs `test` with a folder that is gone afterwards. */
export async function inTemporaryFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
