import { formatSeconds } from "../format.ts";
import { aligned } from "../terminal_table.ts";
import { interval, pairs, signed } from "./outcome.ts";
import type { ExactDifference, GateReport, GateRow, StoredLane, TimingLane } from "./schema.ts";

/** Differences that a terminal shows; the report holds all. */
const SHOWN_DIFFERENCES = 40;

/** The report for a terminal: one table, then what it comes to. */
export function gateText(report: GateReport): string {
  const { exact, timing, stored, messages, exit_code } = report;
  return [
    exact && exact.differences.length > 0 ? differenceTable(exact.differences) : "",
    timing ? timingText(timing) : "",
    stored ? storedText(stored) : "",
    [...messages, `gate: ${RESULTS[exit_code]}`].join("\n"),
  ].filter((part) => part !== "").join("\n\n");
}

/** What an exit code says. */
export const RESULTS: Readonly<Record<GateReport["exit_code"], string>> = {
  0: "pass",
  1: "regression",
  2: "could not measure",
};

function differenceTable(differences: readonly ExactDifference[]): string {
  const rest = differences.length - SHOWN_DIFFERENCES;
  const rows = differences.slice(0, SHOWN_DIFFERENCES).map(({ name, was, now }) => [name, shown(was), shown(now)]);
  return aligned([["item", "baseline", "now"], ...rows]) + (rest > 0 ? `\n… and ${rest} more` : "");
}

/** An item's value as a table shows it: hashes by their first digits. */
export function shown(value: number | string | null): string {
  if (value === null) return "none";
  if (typeof value === "number") return String(value);
  return /^[0-9a-f]{64}$/.test(value) ? `${value.slice(0, 12)}…` : JSON.stringify(value);
}

function timingText(lane: TimingLane): string {
  const planted = lane.planted === null ? "" : `; planted: ${lane.planted}`;
  return [
    `${versionName(lane.candidate)} against ${versionName(lane.baseline)}, ${pairs(lane)}, ` +
    `${Math.round(lane.seconds)} s, ${CLOCKS[lane.clock]}${planted}`,
    ...(lane.rows.length > 0 ? [rowTable(lane.rows)] : []),
  ].join("\n");
}

/** What a clock counts. */
export const CLOCKS: Readonly<Record<TimingLane["clock"], string>> = {
  gpu: "by GPU timestamps",
  processor: "by processor time (the adapter computes in software)",
  host: "by the host's clock",
};

/** A version as reports name it. */
export function versionName({ name, commit, dirty }: TimingLane["baseline"]): string {
  const known = commit === null || name.startsWith(commit.slice(0, 7)) ? "" : ` (${commit.slice(0, 10)})`;
  return `${name}${known}${dirty ? " with uncommitted changes" : ""}`;
}

function storedText({ baseline, candidate, rows }: StoredLane): string {
  return `${candidate} against ${baseline}\n${rowTable(rows)}`;
}

function rowTable(rows: readonly GateRow[]): string {
  return aligned([
    ["benchmark", "baseline", "candidate", "change", "interval", "control", "verdict"],
    ...rows.map((row) => [
      row.name,
      formatSeconds(row.baseline_seconds),
      formatSeconds(row.candidate_seconds),
      signed(row.ratio),
      interval(row),
      row.control === null ? "–" : `${signed(row.control.ratio)} ${interval(row.control)}`,
      row.verdict,
    ]),
  ]);
}
