import { formatCount, formatPercent, formatRate } from "../../reports/eval_text.ts";
import { aligned } from "../../reports/terminal_table.ts";
import { FEWEST_BLOCKS } from "../scoring/bootstrap.ts";
import type { FrequentErrors } from "../scoring/errors.ts";
import type { Score } from "../scoring/score.ts";

/** A table with a row for each protocol, and what its intervals rest on. */
export function scoreTable(scores: readonly Score[]): string {
  const header = ["protocol", "words", "correct", "sub", "del", "ins", "WER [95 %]", "CER"];
  const rows = scores.map((score) => [
    score.protocol,
    ...[score.words, score.correct, score.substitutions, score.deletions, score.insertions].map(formatCount),
    formatRate(score),
    score.cer === null ? "–" : `${formatPercent(score.cer)} %`,
  ]);
  return aligned([header, ...rows]);
}

/** What was scored, and what an interval takes as independent, in a sentence each. */
export function scoreNotes({ utterances, excluded, interval_from: source, interval_blocks: blocks }: Score): string {
  const aside = excluded === 0 ? "" : ` (${formatCount(excluded)} left out by the protocol)`;
  const rests = source === "speakers"
    ? `Interval by bootstrap over ${formatCount(blocks)} speakers.`
    : source === "utterances"
    ? `Interval by bootstrap over ${formatCount(blocks)} utterances, speakers being unknown or fewer than ` +
      `${FEWEST_BLOCKS}: too narrow for other speakers.`
    : `No interval: that takes words and at least ${FEWEST_BLOCKS} utterances.`;
  return `${formatCount(utterances)} utterance${utterances === 1 ? "" : "s"}${aside}. ${rests}`;
}

/** The most frequent errors under a protocol, a table for each kind that there are any of. */
export function errorTables(protocol: string, { substitutions, deletions, insertions }: FrequentErrors): string {
  const kinds: [string, string[][]][] = [
    [
      "substitutions",
      substitutions.map(({ reference, hypothesis, count }) => [`${reference} → ${hypothesis}`, `${count}`]),
    ],
    ["deletions", deletions.map(({ word, count }) => [word, `${count}`])],
    ["insertions", insertions.map(({ word, count }) => [word, `${count}`])],
  ];
  const tables = kinds.filter(([, rows]) => rows.length > 0).map(([kind, rows]) => aligned([[kind, ""], ...rows]));
  return [`Most frequent errors under ${protocol}`, ...tables.length === 0 ? ["none"] : tables].join("\n\n");
}
