import { compare, compareText, type Difference } from "./compare.ts";
import { deriveTrainingFits, measuredStep, recomputationOf } from "./training_derive.ts";
import { trainingMarkdown } from "./training_markdown.ts";
import type { MeasuredStep, Step, TrainingReport } from "./training_schema.ts";

/** Fits pass through logarithms, whose last bit may differ between processors and V8 versions. */
const LOGARITHM_TOLERANCE = 1e-9;

/**
 * Recomputes every derived figure of `report` from its raw samples, and its Markdown when `markdown` is not null: medians,
 * intervals, speeds and what recomputation costs bit for bit, fits to 1e-9. No difference: [].
 */
export function verifyTraining(report: TrainingReport, markdown: string | null): Difference[] {
  const { throughput, long } = report;
  const differences: Difference[] = [];
  if (throughput !== null) {
    const { batch, mel_frames, rows } = throughput;
    rows.forEach(({ step }, i) => {
      differences.push(...stepDifferences(step, batch * mel_frames / 100, `throughput.rows[${i}].step`));
    });
    const recomputed = recomputationOf(rows);
    differences.push(...compare(throughput.recomputation, recomputed, "throughput.recomputation", 0));
  }
  if (long !== null) {
    long.rows.forEach(({ step, minutes }, i) => {
      differences.push(...stepDifferences(step, 60 * minutes, `long.rows[${i}].step`));
    });
    differences.push(...compare(long.fits, deriveTrainingFits(long.rows), "long.fits", LOGARITHM_TOLERANCE));
  }
  if (markdown !== null) differences.push(...compareText(markdown, trainingMarkdown(report), "report.md"));
  return differences;
}

function stepDifferences(step: Step, audioSeconds: number, where: string): Difference[] {
  if (step.status !== "ok") return [];
  const { warmups, memory, dispatches, figures, seconds: { samples: seconds } } = step;
  const stages = step.stages.map(({ name, clock, seconds: { samples } }) => ({ name, clock, samples }));
  const recomputed = measuredStep(audioSeconds, { warmups, seconds, stages, memory, dispatches, figures });
  return [...compare(step, recomputed, where, 0), ...ledgerDifference(step, `${where}.memory.ledger_peak_bytes`)];
}

/** The tags split the ledger's peak at its moment, so they add up to it. */
function ledgerDifference({ memory }: MeasuredStep, where: string): Difference[] {
  if (memory.ledger_peak_bytes === null) return [];
  const sum = Object.values(memory.ledger_peak_by_tag).reduce((sum, bytes) => sum + bytes, 0);
  if (sum === memory.ledger_peak_bytes) return [];
  return [{ where, stated: String(memory.ledger_peak_bytes), recomputed: `${sum}, the sum of its tags` }];
}
