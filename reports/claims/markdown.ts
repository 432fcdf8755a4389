import { THRESHOLDS_SET } from "../claims.ts";
import { markdownTable } from "../markdown_table.ts";
import { type ClaimRow, type Evidence, type Source, thresholdsOf } from "./claim.ts";
import { figureWithInterval } from "./evidence.ts";
import { VERDICT_RULE } from "./judge.ts";

/** CLAIMS.md: everything in it comes from `rows`, so that `--check` can render it again. */
export function claimsMarkdown(rows: readonly ClaimRow[]): string {
  const before = rows.some(({ evidence }) => evidence.some(({ beforeThresholds }) => beforeThresholds));
  return [
    "# What the paper claims, and what was measured",
    "The claims of [Samba-ASR](https://arxiv.org/abs/2501.02832) in our words, judged by the reports published here. " +
    "Written by `deno task claims` from `reports/claims.ts` and these reports: change nothing here by hand. Places are " +
    "those of a summary of the paper, as its full text was not at hand.",
    summaryTable(rows),
    `**How a verdict is made.** ${VERDICT_RULE} Intervals are 95 %. Thresholds were last set ${day(THRESHOLDS_SET)}.` +
    (before ? " † marks what was measured before that, to which they were not blind." : ""),
    ...rows.map(claimSection),
    sourceSection(rows),
  ].filter((part) => part !== "").join("\n\n") + "\n";
}

function summaryTable(rows: readonly ClaimRow[]): string {
  return markdownTable(
    ["Claim", "Verdict", "Deciding figure [95 %]", "Of", "Besides", "Device", "Date"],
    rows.map(({ claim, verdict, decisive }) => [
      `[${claim.title}](#${claim.id})`,
      `**${verdict}**`,
      ...(decisive === null ? ["–", "–", "–", "–", "–"] : [
        figureWithInterval(decisive),
        plain(`${decisive.subject}, ${decisive.setting}`),
        plain(decisive.because),
        devices(decisive),
        dates(decisive),
      ]),
    ]),
  );
}

function claimSection({ claim, verdict, because, evidence }: ClaimRow): string {
  return [
    `<a id="${claim.id}"></a>\n\n## ${claim.title}: ${verdict}`,
    because,
    [
      `- Claim: ${claim.claim}`,
      `- Where: ${claim.where}`,
      `- Supported by ${claim.supportedBy}; contradicted by ${claim.contradictedBy}`,
      `- Evidence comes from ${claim.reports} reports: ${claim.commands.map((command) => `\`${command}\``).join(", ")}`,
      ...(claim.note === undefined ? [] : [`- ${claim.note}`]),
    ].join("\n"),
    markdownTable(
      ["Threshold", "What it decides", "Why this one"],
      thresholdsOf(claim.rule).map(({ value, says, reason }) => [String(value), says, reason]),
      ["Threshold"],
    ),
    evidence.length === 0 ? "" : markdownTable(
      ["Evidence", "Figure", "95 %", "Bears", "Why", "Device", "Date", "Report"],
      evidence.map((piece) => [
        plain(`${piece.subject}, ${piece.setting}`),
        piece.figure,
        piece.interval,
        piece.bearing,
        plain(piece.because),
        devices(piece),
        dates(piece),
        piece.sources.map(({ report }) => `[${plain(shortName(report))}](${encodeURI(report)})`).join(", "),
      ]),
      ["Figure", "95 %"],
    ),
  ].filter((part) => part !== "").join("\n\n");
}

/** Each report that any evidence comes from, with its command; empty where there is none. */
function sourceSection(rows: readonly ClaimRow[]): string {
  const sources = new Map<string, Source>();
  for (const { evidence } of rows) {
    for (const source of evidence.flatMap((piece) => piece.sources)) sources.set(source.report, source);
  }
  if (sources.size === 0) return "";
  const table = markdownTable(
    ["Report", "Device", "Started", "Command"],
    [...sources.values()].sort((p, q) => p.report < q.report ? -1 : 1).map(({ report, device, date, command }) => [
      `[${plain(report)}](${encodeURI(report)})`,
      plain(device),
      date,
      `\`${command}\``,
    ]),
  );
  return `## Reports behind the evidence\n\n\`deno task verify REPORT\` recomputes the figures of each.\n\n${table}`;
}

function devices({ sources }: Evidence): string {
  return plain([...new Set(sources.map(({ device }) => device))].join("; "));
}

function dates({ sources, beforeThresholds }: Evidence): string {
  return [...new Set(sources.map(({ date }) => day(date)))].join(", ") + (beforeThresholds ? " †" : "");
}

/** "2026-11-24" of an ISO 8601 moment. */
function day(moment: string): string {
  return moment.slice(0, 10);
}

/** The folder of a report, which is what names it. */
function shortName(path: string): string {
  return path.split("/").at(-2) ?? path;
}

/** A text from outside, of which Markdown makes nothing. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_<>[\]]/g, "\\$&");
}
