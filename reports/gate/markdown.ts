import { deviceName, formatSeconds } from "../format.ts";
import { machineTable } from "../markdown_environment.ts";
import { markdownTable } from "../markdown_table.ts";
import { counted, interval, pairs, percent, signed } from "./outcome.ts";
import type { ExactLane, GateReport, GateRow, StoredLane, TimingLane } from "./schema.ts";
import { CLOCKS, RESULTS, shown, versionName } from "./text.ts";

/** The whole report as Markdown; everything in it comes from `report`, so that it can be rendered again. */
export function gateMarkdown(report: GateReport): string {
  const { environment, exact, timing, stored, messages, exit_code } = report;
  return [
    `# Gate: ${RESULTS[exit_code]}`,
    messages.map((message) => `- ${message}`).join("\n"),
    `\`\`\`sh\n${environment.command}\n\`\`\``,
    exact === null ? "" : exactSection(exact),
    timing === null ? "" : timingSection(timing, environment),
    stored === null ? "" : storedSection(stored),
    `## Environment\n\n${machineTable(environment, [])}`,
  ].filter((section) => section !== "").join("\n\n") + "\n";
}

function exactSection({ compared, differences }: ExactLane): string {
  return [
    "## Exact lane",
    `Compared: ${
      compared.map(({ file, items }) => `${counted(items, "item")} of \`${file}\``).join(", ") || "nothing"
    }.`,
    differences.length === 0 ? "" : markdownTable(
      ["Item", "Baseline", "Now"],
      differences.map(({ name, was, now }) => [name, shown(was), shown(now)]),
    ),
  ].filter((part) => part !== "").join("\n\n");
}

function timingSection(lane: TimingLane, environment: GateReport["environment"]): string {
  const { baseline, candidate, clock, seconds, samples, rules, planted } = lane;
  const device = environment.adapter === null ? "" : `${deviceName({ adapter: environment.adapter })}; `;
  return [
    "## Timing lane",
    `${device}${versionName(candidate)} against ${versionName(baseline)}, ${
      pairs(lane)
    } of fresh processes (each pair with ` +
    `a third one, the baseline again, as control), ${counted(samples, "sample")} of each benchmark a process, ` +
    `${CLOCKS[clock]}, in ${Math.round(seconds)} s.${planted === null ? "" : ` Planted in the candidate: ${planted}.`}`,
    lane.rows.length === 0 ? "No look was reached." : rowTable(lane.rows),
    reading(rules, "A ratio is the mean of the pairs' log ratios, the lowest and the highest fifth left out"),
  ].join("\n\n");
}

function storedSection({ baseline, candidate, rows, left_out, rules }: StoredLane): string {
  return [
    "## Two stored reports",
    `\`${candidate}\` against \`${baseline}\`.`,
    rowTable(rows),
    left_out.length === 0 ? "" : left_out.map(({ name, reason }) => `- left out: ${name} (${reason})`).join("\n"),
    reading(
      rules,
      "A ratio is that of geometric means. All samples of a report come from one process each, so that what differs from " +
        "process to process is not in the intervals: a difference here is a reason to run `gate --against`, no proof",
    ),
  ].filter((part) => part !== "").join("\n\n");
}

function reading({ effect, alpha }: TimingLane["rules"], ratios: string): string {
  return `${ratios}. A regression is at least ${
    percent(effect)
  } slower, with an interval that does not hold 1. The intervals ` +
    `are corrected for the number of benchmarks and of looks: the chance that any of them misses the truth is at most ` +
    `${percent(alpha)}. \`unchanged\`: a slowdown by ${percent(effect)} is ruled out; \`inconclusive\`: it is not.`;
}

function rowTable(rows: readonly GateRow[]): string {
  const header = ["Benchmark", "Baseline", "Candidate", "Change", "Interval", "Control", "Verdict"];
  return markdownTable(
    header,
    rows.map((row) => [
      row.name,
      formatSeconds(row.baseline_seconds),
      formatSeconds(row.candidate_seconds),
      signed(row.ratio),
      interval(row),
      row.control === null ? "–" : `${signed(row.control.ratio)} ${interval(row.control)}`,
      row.verdict === "regression" || row.verdict === "improvement" ? `**${row.verdict}**` : row.verdict,
    ]),
    header.slice(1, -1),
  );
}
