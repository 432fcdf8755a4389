import { badUtterances, coverage, datasetName, engineName } from "./eval_text.ts";
import { formatCount, formatRate, formatRtfx, memoryPeaks, rateTitle } from "./eval_text.ts";
import type { EvalReport } from "./eval_schema.ts";
import { formatSeconds } from "./format.ts";
import { aligned } from "./terminal_table.ts";

/** The report as a few lines of plain text for a terminal: what of what, each protocol's rate and counts, speed, memory. */
export function evalSummary(report: EvalReport): string {
  const header = ["protocol", rateTitle(report), "sub", "del", "ins", "words"];
  const rows = report.scores.map((score) => [
    score.protocol,
    formatRate(score),
    ...[score.substitutions, score.deletions, score.insertions, score.words].map(formatCount),
  ]);
  const bad = badUtterances(report);
  const memory = memoryPeaks(report).join(", ");
  return [
    `${datasetName(report)} by ${engineName(report)}`,
    `${coverage(report)}${report.interrupted ? " (interrupted)" : ""}`,
    "",
    aligned([header, ...rows]),
    "",
    `RTFx ${formatRtfx(report)}; loaded in ${formatSeconds(report.load_seconds)}`,
    ...(memory === "" ? [] : [`peak memory ${memory}`]),
    ...(bad === null ? [] : [bad]),
  ].join("\n");
}
