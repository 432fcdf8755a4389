import { dirname, join } from "node:path";
import type { Difference } from "./compare.ts";
import { InputError } from "./errors.ts";
import { type EvalReport, JOURNAL_FILE } from "./eval_schema.ts";
import { verifyKernels } from "./kernels_verify.ts";
import { readAnyReport, type Report, reportFile } from "./read.ts";
import { verifyTraining } from "./training_verify.ts";
import { verifyReport } from "./verify.ts";

/** What came of verifying a report. */
export interface Verification {
  readonly file: string;
  readonly differences: readonly Difference[];
  /** Name of the Markdown that belongs beside it, and its text, or null when there is none. */
  readonly markdownName: string;
  readonly markdown: string | null;
  /** What was recomputed, in words: "16 rows, 16 fits, 16 crossovers". */
  readonly contents: string;
  /** What nothing beside the report can show, a phrase each. */
  readonly unchecked: readonly string[];
}

/** Verifies the report at `path`, a file or the folder that holds it, of any kind, with the Markdown beside it. Throws InputError. */
export async function verifyFile(path: string): Promise<Verification> {
  const file = await reportFile(path);
  const report = await readAnyReport(file);
  const markdownName = report.kind === "kernels" ? "kernels.md" : "report.md";
  const markdown = decoded(await readIfThere(join(dirname(file), markdownName)));
  const verified = report.kind === "eval"
    ? await verifyWithJournal(report, dirname(file), markdown)
    : { differences: differencesOf(report, markdown), unchecked: [] };
  return { file, ...verified, markdownName, markdown, contents: contentsOf(report) };
}

function differencesOf(report: Exclude<Report, EvalReport>, markdown: string | null): Difference[] {
  if (report.kind === "training") return verifyTraining(report, markdown);
  return report.kind === "kernels" ? verifyKernels(report, markdown) : verifyReport(report, markdown);
}

async function verifyWithJournal(report: EvalReport, folder: string, markdown: string | null) {
  const path = join(folder, JOURNAL_FILE);
  // Scoring brings tables with it that no other kind needs.
  const { verifyEval } = await import("./eval_verify.ts");
  return verifyEval(report, await readIfThere(path), path, markdown);
}

function contentsOf(report: Report): string {
  if (report.kind === "eval") return `${report.utterances.count} utterances, ${report.scores.length} scores`;
  if (report.kind === "training") {
    const { throughput, long } = report;
    return `${(throughput?.rows.length ?? 0) + (long?.rows.length ?? 0)} rows, ${long?.fits.length ?? 0} fits`;
  }
  const rows = `${report.rows.length} rows`;
  return report.kind === "kernels"
    ? rows
    : `${rows}, ${report.fits.length} fits, ${report.crossovers.length} crossovers`;
}

function decoded(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

/** Bytes of a file, or null when there is none. */
async function readIfThere(path: string): Promise<Uint8Array | null> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new InputError(`${path}: cannot be read (${error instanceof Error ? error.message : error}); move it away`);
  }
}
