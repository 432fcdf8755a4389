import { countsOf, wordErrorRate, wordsIn } from "../benchmarks/scoring/counts.ts";
import { WHISPER_ENGLISH } from "../benchmarks/scoring/protocols/mod.ts";
import { alignUtterances } from "../benchmarks/scoring/score.ts";
import { type Row, type Transcript, TRANSCRIPT_PROTOCOL } from "./schema.ts";

/** What was heard against what was said, both as they stand, aligned as one utterance. */
export function transcriptOf(reference: string, hypothesis: string): Transcript {
  const [{ operations }] = alignUtterances([{ id: "", reference, hypothesis }], WHISPER_ENGLISH);
  const counts = countsOf(operations);
  const { substitutions, deletions, insertions } = counts;
  return {
    protocol: TRANSCRIPT_PROTOCOL,
    reference,
    hypothesis,
    words: wordsIn(counts),
    errors: { substitutions, deletions, insertions },
    wer: wordErrorRate(counts),
  };
}

/** Whether any row says what was heard. */
export function hasTranscripts(rows: readonly Row[]): boolean {
  return rows.some((row) => row.status === "ok" && row.transcript !== undefined);
}

/** The row's word error rate as "11.80 %", or a dash where it has none. */
export function formatWer(row: Row): string {
  const wer = row.status === "ok" ? row.transcript?.wer ?? null : null;
  return wer === null ? "–" : `${(100 * wer).toFixed(2)} %`;
}
