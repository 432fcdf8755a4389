import { escapeHtml } from "./client/escape.ts";
import type { EvalReport, EvalScore } from "../eval_schema.ts";
import { coverage, datasetName, engineName, formatCount, formatPercent, intervalSource } from "../eval_text.ts";
import { deviceName, significant } from "../format.ts";
import { table } from "./markdown_html.ts";

/** A score with the report that it is of, whose section is `id`. */
interface Line {
  readonly id: string;
  readonly report: EvalReport;
  readonly score: EvalScore;
}

/** Word error rates of all eval reports side by side, each protocol a row; reports by the ids of their sections. */
export function werSection(reports: ReadonlyMap<string, EvalReport>): string {
  const lines = [...reports].flatMap(([id, report]) => report.scores.map((score): Line => ({ id, report, score })));
  const greatest = Math.max(...lines.map(({ score }) => score.interval?.upper ?? score.wer ?? 0), 0.01);
  const header = [
    "Data set and engine",
    "Protocol",
    "WER",
    `Interval (drawn from 0 to ${formatPercent(greatest)} %)`,
    "Interval from",
    "Errors",
    "Words",
    "RTFx",
    "Evaluated",
    "Device",
  ];
  const numeric = [2, 5, 6, 7];
  const rows = lines.map(({ id, report, score }) => [
    `<a href="#${id}">${escapeHtml(`${datasetName(report)}: ${engineName(report)}`)}</a>`,
    escapeHtml(score.protocol),
    score.wer === null ? "–" : `${formatPercent(score.wer)} %`,
    intervalCell(score, greatest),
    escapeHtml(intervalSource(score)),
    formatCount(score.substitutions + score.deletions + score.insertions),
    formatCount(score.words),
    report.rtfx.value === null ? "–" : significant(report.rtfx.value),
    escapeHtml(coverage(report)),
    escapeHtml(deviceOf(report)),
  ]);
  return `<section id="wer"><h2>Word error rates</h2>
<p>Lower is better. Rates under different protocols, and of a part of a test set, do not compare with one another.</p>
${table("Word error rates", header, header.map((_, i) => numeric.includes(i)), rows, rows.length > 1)}</section>`;
}

function deviceOf({ environment: { adapter, cpu, cpu_cores } }: EvalReport): string {
  return adapter === null ? `${cpu}, ${cpu_cores} cores` : deviceName({ adapter });
}

/** The interval in words, after rate (a dot) and interval (a line) drawn between 0 and `greatest`. */
function intervalCell({ wer, interval }: EvalScore, greatest: number): string {
  if (wer === null) return "–";
  const at = (rate: number): string => (6 + 128 * rate / greatest).toFixed(1);
  const bar = interval === null ? "" : `<path class="bar" d="M${at(interval.lower)} 8H${at(interval.upper)}"/>`;
  const drawn = `<svg class="interval" viewBox="0 0 140 16" width="140" height="16" aria-hidden="true">` +
    `<path class="grid" d="M6 1V15M134 1V15"/>${bar}<circle class="dot" cx="${at(wer)}" cy="8" r="4"/></svg>`;
  if (interval === null) return `${drawn}none`;
  const level = Number((100 * interval.level).toFixed(1));
  return `${drawn}${formatPercent(interval.lower)} to ${formatPercent(interval.upper)} % (${level} %)`;
}
