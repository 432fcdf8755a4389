import type { AlignedUtterance } from "../../benchmarks/scoring/score.ts";
import { alignUtterances } from "../../benchmarks/scoring/score.ts";
import { protocolsFor, scoredUtterances } from "../eval_derive.ts";
import { type EvalReport, type EvalUtterance, JOURNAL_FILE } from "../eval_schema.ts";
import { journalOf } from "../journal_of.ts";
import type { AudioFiles } from "./audio_files.ts";
import { type PackedUtterance, tally } from "./client/utterances.ts";

/** More utterances of one report than this make a page that browsers are slow to open. */
export const MOST_UTTERANCES = 3000;

/** The utterances of a report, aligned as its scores have them. */
export interface AlignedReport {
  readonly protocols: readonly string[];
  /** Protocol that is shown first, by its index: the last, which is the most forgiving one. */
  readonly first: number;
  /** In the order of the corpus. */
  readonly utterances: readonly PackedUtterance[];
  /** How many the journal has. */
  readonly total: number;
}

/**
 * The utterances that a report at `file` was made of, from the journal beside it; where there are more than `most`, those
 * with the most errors. A text that says why in place of them, where the journal is missing or another.
 */
export async function alignedReport(
  report: EvalReport,
  file: string,
  audio: AudioFiles,
  most = MOST_UTTERANCES,
): Promise<AlignedReport | string> {
  const ordered = await journalOf(report, file);
  if (ordered === "missing") {
    return `Utterances are shown where ${JOURNAL_FILE} lies beside the report; here it does not.`;
  }
  if (ordered === "another") {
    return `The ${JOURNAL_FILE} beside the report is not the one that it was made of, by its SHA-256, and is not shown.`;
  }
  const scored = scoredUtterances(report, ordered);
  const protocols = protocolsFor(report.dataset.id);
  const aligned = protocols.map((protocol) =>
    new Map(alignUtterances(scored, protocol).map((utterance) => [utterance.id, utterance]))
  );
  const first = Math.max(0, protocols.findIndex(({ name }) => name === "whisper-en-v1"));
  const errors = ({ id }: EvalUtterance): number => tally(aligned[first].get(id)?.operations ?? "").errors;
  const kept = new Set(ordered.toSorted((a, b) => errors(b) - errors(a)).slice(0, most));
  const shown = ordered.filter((utterance) => kept.has(utterance));
  return {
    protocols: protocols.map(({ name }) => name),
    first,
    utterances: await Promise.all(shown.map((utterance) => packed(utterance, aligned, audio))),
    total: ordered.length,
  };
}

async function packed(
  { id, speaker, audio_seconds, status, reason }: EvalUtterance,
  aligned: readonly ReadonlyMap<string, AlignedUtterance>[],
  audio: AudioFiles,
): Promise<PackedUtterance> {
  return {
    id,
    speaker,
    seconds: audio_seconds,
    bad: status === "ok" ? null : `${status}: ${reason}`,
    aligned: aligned.map((byId) => {
      const found = byId.get(id);
      return found === undefined
        ? null
        : [found.reference.join(" "), found.hypothesis.join(" "), found.operations] as const;
    }),
    audio: await audio.source(id),
  };
}
