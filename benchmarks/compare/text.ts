import { formatCount, formatPercent, formatRate } from "../../reports/eval_text.ts";
import { significant } from "../../reports/format.ts";
import { aligned } from "../../reports/terminal_table.ts";
import type { Comparison } from "../scoring/compare.ts";
import { scoreNotes } from "../score/text.ts";

/** What is called significant, as NIST's own table has it. */
const SIGNIFICANT = 0.05;

/** The comparison for a terminal: both rates, their difference, the test, and what they come to. */
export function comparisonText({ protocol, a, b, difference, mapsswe }: Comparison, files: readonly string[]): string {
  const header = ["", "file", "words", "sub", "del", "ins", "WER [95 %]"];
  const rows = [a, b].map((score, i) => [
    "AB"[i],
    files[i],
    ...[score.words, score.substitutions, score.deletions, score.insertions].map(formatCount),
    formatRate(score),
  ]);
  return [
    `Under ${protocol}`,
    aligned([header, ...rows]),
    scoreNotes(a),
    `${differenceText(difference)}\n${testText(mapsswe)}`,
    verdict(difference, mapsswe.p),
  ].join("\n\n");
}

function differenceText({ wer, interval }: Comparison["difference"]): string {
  if (wer === null) return "A - B: none, as the references have no words";
  const range = interval === null
    ? "no interval"
    : `95 % interval ${signed(interval.lower)} to ${signed(interval.upper)}`;
  return `A - B: ${signed(wer)} points (${range})`;
}

function testText({ segments, mean, deviation, z, p }: Comparison["mapsswe"]): string {
  const what = `${formatCount(segments)} segments, mean difference ${mean.toFixed(3)} errors, deviation ${
    deviation.toFixed(3)
  }`;
  return `MAPSSWE: ${what}, z ${z.toFixed(3)}, p ${p < 0.001 ? "< 0.001" : `= ${significant(p)}`}`;
}

function verdict({ wer, interval, interval_from: source }: Comparison["difference"], p: number): string {
  if (wer === null) return "Nothing can be told.";
  if (p >= SIGNIFICANT) return `No significant difference at p < ${SIGNIFICANT}: what there is may be chance.`;
  const better = wer < 0 ? "A" : "B";
  const level = p < 0.001 ? 0.001 : p < 0.01 ? 0.01 : SIGNIFICANT;
  const outcome = `${better} makes significantly fewer errors (p < ${level})`;
  if (interval === null || interval.lower > 0 || interval.upper < 0) return `${outcome}.`;
  // The test takes segments for independent, however few speakers they come from.
  return `${outcome} on speech like this, but the interval holds 0: other ${source} may decide otherwise.`;
}

/** A difference of fractions in percentage points with its sign: "+2.26". */
function signed(value: number): string {
  return `${value < 0 ? "-" : "+"}${formatPercent(Math.abs(value))}`;
}
