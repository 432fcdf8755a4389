import { createHash } from "node:crypto";
import { compare, compareText, type Difference } from "./compare.ts";
import { deriveEval } from "./eval_derive.ts";
import { type EvalJournal, parseJournal } from "./eval_journal.ts";
import { evalMarkdown } from "./eval_markdown.ts";
import { type EvalJournalHeader, type EvalReport, JOURNAL_FILE } from "./eval_schema.ts";

/** Intervals pass through powers, whose last bit may differ between processors and V8 versions. */
const POWER_TOLERANCE = 1e-9;

/** What came of verifying an eval report. */
export interface EvalVerification {
  readonly differences: Difference[];
  /** What the report states and nothing beside it can show, a phrase each. */
  readonly unchecked: string[];
}

/**
 * Checks the journal's hash, its order and its header, scores its utterances again, and compares every figure that
 * follows from them: counts, rates, errors, sums and speed bit for bit, intervals to 1e-9; and the Markdown when
 * `markdown` is not null. `journal` is the file's bytes, null where there is none, which is a difference; `file` is what
 * errors call it. Throws InputError where the journal is none.
 */
export function verifyEval(
  report: EvalReport,
  journal: Uint8Array | null,
  file: string,
  markdown: string | null,
): EvalVerification {
  const differences: Difference[] = [];
  const unchecked = ["times and memory, which were measured once", "that the engine gives these hypotheses again"];
  if (journal === null) {
    const stated = `${report.utterances.count} utterances`;
    differences.push({ where: JOURNAL_FILE, stated, recomputed: "no such file beside the report" });
  } else {
    const sha256 = createHash("sha256").update(journal).digest("hex");
    const read = parseJournal(new TextDecoder().decode(journal), file);
    const disorder = disorderOf(report, read);
    differences.push(...disorder, ...compare(report.utterances.sha256, sha256, "utterances.sha256", 0));
    // Of utterances that come twice no score can be told.
    if (disorder.length === 0) differences.push(...figureDifferences(report, read, sha256));
    differences.push(...referencesDifference(report, read));
    unchecked.push(`that the corpus has these references: ${referencesChecked(report, read)}`);
  }
  if (markdown !== null) differences.push(...compareText(markdown, evalMarkdown(report), "report.md"));
  return { differences, unchecked };
}

/** Utterances that come twice, out of order or were not asked for, and a last line that was cut short. */
function disorderOf({ interrupted }: EvalReport, { header, utterances, truncated }: EvalJournal): Difference[] {
  const { shard } = header;
  const most = mostUtterances(header);
  const differences: Difference[] = [];
  // Those of a run that did not come to its end may lie in the order in which they were done.
  const ordered = (i: number): boolean => interrupted || i === 0 || utterances[i].index > utterances[i - 1].index;
  const lineOf = new Map<string | number, number>();
  utterances.forEach(({ id, index }, i) => {
    const line = i + 2;
    const refuse = (stated: string, recomputed: string): number =>
      differences.push({ where: `${JOURNAL_FILE} line ${line}`, stated, recomputed });
    if (lineOf.has(id)) refuse(`id ${id}`, `the id of line ${lineOf.get(id)}`);
    else if (lineOf.has(index)) refuse(`index ${index}`, `the index of line ${lineOf.get(index)}`);
    else if (index >= most) refuse(`index ${index}`, `below ${most}, ${limits(header)}`);
    else if (shard !== null && index % shard.of !== shard.index - 1) {
      refuse(`index ${index}`, `none of shard ${shard.index} of ${shard.of}`);
    } else if (!ordered(i)) refuse(`index ${index}`, `above ${utterances[i - 1].index}, the one before`);
    lineOf.set(id, line).set(index, line);
  });
  if (truncated) {
    const where = `${JOURNAL_FILE} line ${utterances.length + 2}`;
    differences.push({ where, stated: "an utterance", recomputed: "cut short" });
  }
  return differences;
}

function figureDifferences(report: EvalReport, { header, utterances }: EvalJournal, sha256: string): Difference[] {
  const derived = deriveEval(header, utterances, { ...report, journal_sha256: sha256 });
  const { scores, utterances: file, ...rest } = derived;
  const bare = (of: EvalReport["scores"]) => of.map((score) => ({ ...score, interval: null }));
  const intervals = (of: EvalReport["scores"]) => of.map(({ interval }) => interval);
  return [
    ...Object.entries(rest).flatMap(([key, value]) => compare(report[key as keyof EvalReport], value, key, 0)),
    ...compare(report.utterances.count, file.count, "utterances.count", 0),
    ...completeness(report, header),
    ...compare(bare(report.scores), bare(scores), "scores", 0),
    ...(report.scores.length === scores.length
      ? intervals(report.scores).flatMap((interval, i) =>
        compare(interval, intervals(scores)[i], `scores[${i}].interval`, POWER_TOLERANCE)
      )
      : []),
  ];
}

/** A run that came to its end evaluated all that it was asked for. */
function completeness({ dataset: { evaluated }, interrupted }: EvalReport, header: EvalJournalHeader): Difference[] {
  const { shard } = header;
  const most = mostUtterances(header);
  const asked = shard === null ? most : Math.max(0, Math.ceil((most - shard.index + 1) / shard.of));
  if (interrupted ? evaluated <= asked : evaluated === asked) return [];
  return [{ where: "dataset.evaluated", stated: String(evaluated), recomputed: `${asked}, ${limits(header)}` }];
}

function mostUtterances({ dataset: { found }, limit }: EvalJournalHeader): number {
  return Math.min(limit ?? found, found);
}

/** "of 2939 found, limit 100, shard 1 of 4". */
function limits({ dataset: { found }, limit, shard }: EvalJournalHeader): string {
  return [
    `of ${found} found`,
    ...(limit === null ? [] : [`limit ${limit}`]),
    ...(shard === null ? [] : [`shard ${shard.index} of ${shard.of}`]),
  ].join(", ");
}

/** Whether the references are those that `dataset.sha256` is of, where the journal holds all of them. */
function referencesDifference({ dataset }: EvalReport, { utterances }: EvalJournal): Difference[] {
  if (utterances.length !== dataset.found) return [];
  const hash = createHash("sha256");
  for (const { id, reference } of utterances.toSorted((a, b) => a.index - b.index)) {
    hash.update(`${id}\t${reference}\n`);
  }
  return compare(dataset.sha256, hash.digest("hex"), "dataset.sha256", 0);
}

function referencesChecked({ dataset: { found } }: EvalReport, { utterances: { length } }: EvalJournal): string {
  return length === found
    ? "only their hash, dataset.sha256, tells"
    : `dataset.sha256 is of all ${found} that were found, and ${length} are here`;
}
