import { join } from "node:path";
import { UsageError } from "./errors.ts";

/** Makes the folder of `--out` and gives its real path. Throws UsageError where it cannot be written. */
export async function makeFolder(out: string): Promise<string> {
  try {
    await Deno.mkdir(out, { recursive: true });
    const folder = await Deno.realPath(out);
    const probe = join(folder, `.write-test-${Deno.pid}.tmp`);
    await Deno.writeTextFile(probe, "");
    await Deno.remove(probe);
    return folder;
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).split("\n")[0];
    // Deno's own words advise --allow-all, as for /proc; another folder is what helps.
    const reason = error instanceof Deno.errors.NotCapable ? "Deno allows no writing there" : message;
    throw new UsageError(`--out ${out}: the folder cannot be written (${reason}); give another one`);
  }
}
