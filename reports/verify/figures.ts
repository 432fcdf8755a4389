import type { Difference } from "../compare.ts";
import { verifyKernels } from "../kernels_verify.ts";
import type { Report } from "../read.ts";
import { verifyTraining } from "../training_verify.ts";
import { verifyReport } from "../verify.ts";
import { digestDifferences } from "./report_digest.ts";

/** What came of recomputing a report's figures. */
export interface Figures {
  readonly differences: Difference[];
  /** What nothing beside this report in particular can show, a phrase each. */
  readonly unverifiable: readonly string[];
}

/**
 * Recomputes every figure of a report of any kind that follows from others, and its Markdown where `markdown` is not null,
 * and compares the rest with its digest, where it has one. `journal` is of an eval report, null where there is none;
 * `journalFile` is what errors call it. Throws InputError where the journal is none.
 */
export async function figuresOf(
  report: Report,
  journal: Uint8Array | null,
  journalFile: string,
  markdown: string | null,
): Promise<Figures> {
  const { differences, unverifiable } = await recomputed(report, journal, journalFile, markdown);
  const named = new Set(differences.map(({ where }) => where));
  const text = journal === null ? null : new TextDecoder().decode(journal);
  const file = report.kind === "kernels" ? "kernels.json" : "report.json";
  const changed = digestDifferences(report, text, file).filter(({ where }) => !named.has(where));
  return { differences: [...changed, ...differences], unverifiable };
}

async function recomputed(
  report: Report,
  journal: Uint8Array | null,
  journalFile: string,
  markdown: string | null,
): Promise<Figures> {
  switch (report.kind) {
    case "scaling":
      return { differences: verifyReport(report, markdown), unverifiable: [] };
    case "kernels":
      return { differences: verifyKernels(report, markdown), unverifiable: [] };
    case "training":
      return { differences: verifyTraining(report, markdown), unverifiable: [] };
    case "eval": {
      // Scoring brings tables with it that no other kind needs.
      const { verifyEval } = await import("../eval_verify.ts");
      const { differences, unchecked } = verifyEval(report, journal, journalFile, markdown);
      return { differences, unverifiable: unchecked };
    }
  }
}
