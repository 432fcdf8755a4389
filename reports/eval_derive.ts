import { frequentErrors } from "../benchmarks/scoring/errors.ts";
import { GIGASPEECH, type Protocol, RAW, WHISPER_ENGLISH } from "../benchmarks/scoring/protocols/mod.ts";
import { alignUtterances, scoreAligned } from "../benchmarks/scoring/score.ts";
import { EVAL_SCHEMA_VERSION, JOURNAL_FILE } from "./eval_schema.ts";
import type { EvalJournalHeader, EvalReport, EvalUtterance } from "./eval_schema.ts";

/** What a report says that no journal does: it was measured or looked up, and cannot be recomputed. */
export interface EvalFacts
  extends Pick<EvalReport, "environment" | "merged_from" | "batch" | "interrupted" | "load_seconds" | "memory"> {
  /** SHA-256 of the journal's bytes, in hexadecimal. */
  readonly journal_sha256: string;
}

/** How many errors of each kind a report names. */
const MOST_ERRORS = 20;

/**
 * The report of a journal. It follows from the set of utterances, whatever their order, so that shards put together give
 * the scores of one run. Throws an Error where an id or an index comes twice.
 */
export function deriveEval(
  header: EvalJournalHeader,
  utterances: readonly EvalUtterance[],
  facts: EvalFacts,
): EvalReport {
  const ordered = utterances.toSorted((a, b) => a.index - b.index);
  refuseTwice(ordered);
  const { engine, dataset, limit, shard, skip_bad } = header;
  const { environment, merged_from, batch, interrupted, load_seconds, memory, journal_sha256 } = facts;
  const scored = scoredUtterances(header, ordered);
  return {
    kind: "eval",
    schema_version: EVAL_SCHEMA_VERSION,
    environment,
    engine,
    dataset: { ...dataset, evaluated: ordered.length },
    limit,
    shard,
    skip_bad,
    merged_from,
    batch,
    interrupted,
    load_seconds,
    ...scoresOf(scored, protocolsFor(dataset.id)),
    rtfx: rtfxOf(ordered),
    memory,
    bad: ordered.flatMap(({ id, status, reason }) => status === "ok" ? [] : [{ id, status, reason }]),
    utterances: { file: JOURNAL_FILE, count: ordered.length, sha256: journal_sha256 },
  };
}

/** What scores are made of: all utterances, but those that could not be transcribed where the run was to skip them. */
export function scoredUtterances(
  { skip_bad }: Pick<EvalReport, "skip_bad">,
  utterances: readonly EvalUtterance[],
): readonly EvalUtterance[] {
  return skip_bad ? utterances.filter(({ status }) => status === "ok") : utterances;
}

/** The protocols that a data set is scored under, in the order of the report. */
export function protocolsFor(dataset: string): readonly Protocol[] {
  return [RAW, WHISPER_ENGLISH, ...(dataset === "gigaspeech" ? [GIGASPEECH] : [])];
}

function scoresOf(
  utterances: readonly EvalUtterance[],
  protocols: readonly Protocol[],
): Pick<EvalReport, "scores" | "errors"> {
  let errors: EvalReport["errors"] = { substitutions: [], deletions: [], insertions: [] };
  const scores = protocols.map((protocol) => {
    const aligned = alignUtterances(utterances, protocol);
    if (protocol === WHISPER_ENGLISH) {
      const { substitutions, deletions, insertions } = frequentErrors(aligned, MOST_ERRORS);
      errors = { substitutions: [...substitutions], deletions: [...deletions], insertions: [...insertions] };
    }
    return { ...scoreAligned(aligned, protocol, utterances.length) };
  });
  return { scores, errors };
}

/** Seconds of audio over seconds of processing, added up in the order of the corpus. */
function rtfxOf(utterances: readonly EvalUtterance[]): EvalReport["rtfx"] {
  let [audio, processing] = [0, 0];
  for (const { status, audio_seconds, processing_seconds } of utterances) {
    if (status !== "ok") continue;
    audio += audio_seconds;
    processing += processing_seconds;
  }
  const value = audio > 0 && processing > 0 ? audio / processing : null;
  return { audio_seconds: audio, processing_seconds: processing, value };
}

function refuseTwice(utterances: readonly EvalUtterance[]): void {
  const ids = new Set<string>();
  const indices = new Set<number>();
  for (const { id, index } of utterances) {
    if (ids.has(id)) throw new Error(`utterance ${id} comes twice`);
    if (indices.has(index)) throw new Error(`index ${index} comes twice`);
    ids.add(id);
    indices.add(index);
  }
}
