import { relative } from "node:path";
import { InputError } from "../errors.ts";
import { journalOf } from "../journal_of.ts";
import { readAnyReport } from "../read.ts";
import { reportsUnder } from "../reports_under.ts";
import type { PublishedReport } from "./claim.ts";

/**
 * Every report anywhere under `folder`, in the order of their paths, which are given from `base` on with forward slashes.
 * Throws InputError, one line, where there is no such folder or a report in it cannot be read.
 */
export async function readPublished(folder: string, base: string): Promise<PublishedReport[]> {
  const files = await reportFiles(folder);
  return await Promise.all(
    files.map(async (file) => {
      const path = relative(base, file).replaceAll("\\", "/");
      const report = await readAnyReport(file);
      const utterances = report.kind === "eval" ? await journalOf(report, file) : "missing";
      return typeof utterances === "string" ? { path, report } : { path, report, utterances };
    }),
  );
}

async function reportFiles(folder: string): Promise<string[]> {
  try {
    await Deno.stat(folder);
    return await reportsUnder(folder);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "no such folder"
      : `cannot be read (${error instanceof Error ? error.message : error})`;
    throw new InputError(`${folder}: ${reason}; give the folder that holds the reports with --reports`);
  }
}
