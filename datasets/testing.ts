/** What tests beside the readers share. */

/** The folder of real speech beside the repository (`../shared/data`), or undefined where a machine has none. */
export function dataRoot(): string | undefined {
  const path = new URL("../../shared/data", import.meta.url).pathname;
  try {
    return Deno.statSync(path).isDirectory ? path : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** A test that needs {@link dataRoot}; where that is missing it says so and is ignored. */
export function dataTest(name: string, body: (root: string) => Promise<void>): void {
  const root = dataRoot();
  if (root === undefined) console.log(`skipped: ${name}: there is no ../shared/data with real speech`);
  Deno.test({ name, ignore: root === undefined, fn: () => body(root!) });
}

/** For `assert.rejects` and `assert.throws`: the error is an InputError of one line that begins with `name` and fits `pattern`. */
export function inputError(name: string, pattern: RegExp): (error: unknown) => boolean {
  return (error) =>
    error instanceof Error && error.name === "InputError" && error.message.startsWith(name) &&
    !error.message.includes("\n") && pattern.test(error.message);
}
