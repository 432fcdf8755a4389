import { compare, compareText, type Difference } from "./compare.ts";
import { deriveCrossovers, deriveFits } from "./derive.ts";
import { markdownReport } from "./markdown.ts";
import { measuredRow, type Point } from "./rows.ts";
import type { MeasuredRow, Row, ScalingReport } from "./schema.ts";
import { transcriptOf } from "./transcript.ts";

/** Fits and crossovers pass through logarithms, whose last bit may differ between processors and V8 versions. */
const LOGARITHM_TOLERANCE = 1e-9;

/**
 * Recomputes every derived figure of `report` from its raw samples, and its Markdown when `markdown` is not null. What
 * follows from samples by arithmetic alone must agree bit for bit, fits and crossovers to 1e-9; word error rates are
 * counted again from the texts. No difference: [].
 */
export function verifyReport(report: ScalingReport, markdown: string | null): Difference[] {
  const { rows, frame_rate_hz } = report;
  const differences = rows.flatMap((row, index) => [
    ...(row.status === "ok" ? rowDifferences(row, `rows[${index}]`) : []),
    ...framesDifference(row, `rows[${index}].frames`, frame_rate_hz),
  ]);
  differences.push(
    ...compare(report.fits, deriveFits(rows, frame_rate_hz), "fits", LOGARITHM_TOLERANCE),
    ...compare(report.crossovers, deriveCrossovers(rows, frame_rate_hz), "crossovers", LOGARITHM_TOLERANCE),
  );
  if (markdown !== null) differences.push(...compareText(markdown, markdownReport(report), "report.md"));
  return differences;
}

function rowDifferences(row: MeasuredRow, where: string): Difference[] {
  const { engine, preset, minutes, batch, frames, forced_tokens, micro_batch, predicted_seconds } = row;
  const point: Point = { engine, preset, minutes, batch, frames, forced_tokens, micro_batch, predicted_seconds };
  const stages = row.stages.map(({ name, clock, seconds }) => ({ name, clock, samples: seconds.samples }));
  const { transcript } = row;
  const recomputed = {
    ...measuredRow(point, row.warmups, row.seconds.samples, stages, row.memory, row.tokens_sha256),
    ...(transcript && { transcript: transcriptOf(transcript.reference, transcript.hypothesis) }),
  };
  return [...compare(row, recomputed, where, 0), ...ledgerDifference(row, `${where}.memory.ledger_peak_bytes`)];
}

/** The tags split the ledger's peak at its moment, so they add up to it. */
function ledgerDifference({ memory }: MeasuredRow, where: string): Difference[] {
  if (memory.ledger_peak_bytes === null) return [];
  const sum = Object.values(memory.ledger_peak_by_tag).reduce((sum, bytes) => sum + bytes, 0);
  if (sum === memory.ledger_peak_bytes) return [];
  return [{ where, stated: String(memory.ledger_peak_bytes), recomputed: `${sum}, the sum of its tags` }];
}

/** Encoder frames follow from length and frame rate, but for what convolutions lose at the edges. */
function framesDifference({ frames, minutes }: Row, where: string, frameRateHz: number): Difference[] {
  const expected = Math.round(minutes * 60 * frameRateHz);
  if (Math.abs(frames - expected) <= Math.max(4, 0.01 * expected)) return [];
  return [{ where, stated: String(frames), recomputed: `about ${expected} at ${frameRateHz} per second` }];
}
