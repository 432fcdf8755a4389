import { join } from "node:path";
import { InputError } from "./errors.ts";

/**
 * Writes `folder/name`, makes the folder if need be and returns the path. It writes under a temporary name and renames, so
 * that a reader never sees half a file. Throws InputError, one line, when it cannot; `option` names another place.
 */
export async function writeFile(folder: string, name: string, text: string, option = "--out"): Promise<string> {
  const path = join(folder, name);
  const temporary = `${path}.${Deno.pid}.tmp`;
  try {
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(temporary, text);
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    const message = error instanceof Error ? error.message.split("\n")[0] : String(error);
    // Deno's own words advise --allow-all, as for /proc; another folder is what helps.
    const reason = error instanceof Deno.errors.NotCapable ? "Deno allows no writing there" : message;
    throw new InputError(`${path}: cannot be written (${reason}); give a folder that can with ${option}`);
  }
  return path;
}
