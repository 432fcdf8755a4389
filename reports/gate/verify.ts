import { compare, compareText, type Difference } from "../compare.ts";
import { digestDifferences } from "../verify/report_digest.ts";
import { deriveGate } from "./derive.ts";
import { gateMarkdown } from "./markdown.ts";
import type { GateReport } from "./schema.ts";
import { GATE_FILE, GATE_MARKDOWN } from "./write.ts";

/** Ratios and intervals pass through logarithms, whose last bit may differ between processors and V8 versions. */
const LOGARITHM_TOLERANCE = 1e-9;

/** What nothing beside a gate's report can show, a phrase each. */
export const GATE_FACTS: readonly string[] = [
  "times, which were measured once",
  "what the exact lane found, which only a run gives again",
  "that command, commit, machine and versions were those of environment",
];

/**
 * Recomputes the rows, verdicts, messages and exit code of a gate's report from its samples and differences, its Markdown
 * where `markdown` is not null, and compares the rest with its digest. No difference: [].
 */
export function verifyGate(report: GateReport, markdown: string | null): Difference[] {
  const { digest: _, ...stated } = report;
  const differences = [
    ...compare(stated, deriveGate(report), "", LOGARITHM_TOLERANCE)
      .map(({ where, ...rest }) => ({ where: where.replace(/^\./, ""), ...rest })),
    ...(markdown === null ? [] : compareText(markdown, gateMarkdown(report), GATE_MARKDOWN)),
  ];
  const named = new Set(differences.map(({ where }) => where));
  return [...digestDifferences(report, null, GATE_FILE).filter(({ where }) => !named.has(where)), ...differences];
}
