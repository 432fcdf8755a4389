import { join } from "node:path";
import { REPORT_FILES } from "./read.ts";

/** Every report anywhere under a folder, in order of path; none where there is no such folder. */
export async function reportsUnder(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const { name, isDirectory } of await entries(folder)) {
    if (isDirectory) found.push(...await reportsUnder(join(folder, name)));
    else if (REPORT_FILES.includes(name)) found.push(join(folder, name));
  }
  return found.sort();
}

async function entries(folder: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(folder));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
