/** The variable by which GitHub names the file of a step's summary. */
const VARIABLE = "GITHUB_STEP_SUMMARY";

/** The file of the step's summary; null outside GitHub, and where nobody may look. */
export function summaryFile(): string | null {
  if (Deno.permissions.querySync({ name: "env", variable: VARIABLE }).state !== "granted") return null;
  return Deno.env.get(VARIABLE) || null;
}

/** Appends Markdown to a summary; says in a line why it could not, null where it could. */
export async function appendSummary(path: string, markdown: string): Promise<string | null> {
  try {
    await Deno.writeTextFile(path, `${markdown}\n`, { append: true });
    return null;
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).split("\n")[0];
    // Deno's own words advise --allow-all.
    const reason = error instanceof Deno.errors.NotCapable ? "Deno allows no writing there" : message;
    return `${VARIABLE}: ${path} cannot be written (${reason}); the report is not in the summary`;
  }
}
