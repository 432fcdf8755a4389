import { join, relative } from "node:path";
import { InputError } from "../errors.ts";
import { readAnyReport, REPORT_FILES } from "../read.ts";
import type { PublishedReport } from "./claim.ts";

/**
 * Every report anywhere under `folder`, in the order of their paths, which are given from `base` on with forward slashes.
 * Throws InputError, one line, where there is no such folder or a report in it cannot be read.
 */
export async function readPublished(folder: string, base: string): Promise<PublishedReport[]> {
  const files = await reportFiles(folder);
  return await Promise.all(
    files.map(async (file) => ({
      path: relative(base, file).replaceAll("\\", "/"),
      report: await readAnyReport(file),
    })),
  );
}

async function reportFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const { name, isDirectory } of await entries(folder)) {
    if (isDirectory) found.push(...await reportFiles(join(folder, name)));
    else if (REPORT_FILES.includes(name)) found.push(join(folder, name));
  }
  return found.sort();
}

async function entries(folder: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(folder));
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "no such folder"
      : `cannot be read (${error instanceof Error ? error.message : error})`;
    throw new InputError(`${folder}: ${reason}; give the folder that holds the reports with --reports`);
  }
}
