import { evalMarkdown } from "../eval_markdown.ts";
import { coverage } from "../eval_text.ts";
import { deviceName, formatMinutes } from "../format.ts";
import { kernelsMarkdown } from "../kernels_markdown.ts";
import { markdownReport } from "../markdown.ts";
import type { Report } from "../read.ts";
import { trainingMarkdown } from "../training_markdown.ts";
import type { AlignedReport } from "./aligned_utterances.ts";
import { chartFigure } from "./chart_figure.ts";
import { type PlacedChart, scalingCharts, trainingCharts } from "./charts.ts";
import { escapeHtml } from "./client/escape.ts";
import { idOf, markdownPage, type Section } from "./markdown_html.ts";
import { utteranceSection } from "./utterance_section.ts";

/** A report that a page shows. */
export interface ReportInput {
  /** As a reader may call it: the path it was read from. */
  readonly file: string;
  readonly report: Report;
  /** Of an eval report its utterances, or why there are none; of others null. */
  readonly aligned: AlignedReport | string | null;
}

/** A report's part of the page. */
export interface ReportSection {
  readonly title: string;
  readonly html: string;
  readonly charts: readonly PlacedChart[];
}

/** What is folded, since it is looked up more than read. */
const FOLDED: readonly string[] = [
  "Environment",
  "How to read this",
  "Stages",
  "Fits",
  "Crossovers",
  "Do tokens agree?",
];

/**
 * A report as a section of the page, made from its Markdown, so that both say the same; drawings become charts that
 * answer, and an eval report's utterances come after its rates. `prefix` is the section's id and begins all ids in it.
 */
export function reportSection({ report, file, aligned }: ReportInput, prefix: string): ReportSection {
  const charts = report.kind === "scaling"
    ? scalingCharts(report, prefix)
    : report.kind === "training"
    ? trainingCharts(report, prefix)
    : [];
  const { title, sections } = markdownPage(markdownOf(report), {
    prefix,
    image: (image) => charts.filter((chart) => chart.file === image).map(chartFigure).join("\n"),
  });
  const parts = sections.map((section) => partHtml(section, prefix));
  if (aligned !== null) {
    const errors = sections.findIndex((section) => section.title?.startsWith("The most frequent errors"));
    parts.splice(errors < 0 ? 2 : errors, 0, utteranceSection(prefix, aligned));
  }
  const full = `${title}${subtitle(report)}`;
  return {
    title: full,
    charts,
    html: `<section class="report" id="${prefix}"><h2>${escapeHtml(full)}</h2>
<p class="source">From <code>${escapeHtml(file)}</code></p>
${parts.join("\n")}</section>`,
  };
}

function partHtml({ title, html }: Section, prefix: string): string {
  if (title === null) return html;
  const id = idOf(prefix, title);
  if (!FOLDED.includes(title)) return `<section id="${id}"><h3>${escapeHtml(title)}</h3>\n${html}</section>`;
  return `<details id="${id}"><summary><h3>${escapeHtml(title)}</h3></summary>\n${html}</details>`;
}

function markdownOf(report: Report): string {
  if (report.kind === "scaling") return markdownReport(report);
  if (report.kind === "training") return trainingMarkdown(report);
  return report.kind === "eval" ? evalMarkdown(report) : kernelsMarkdown(report);
}

/** What tells reports of a kind apart. */
function subtitle(report: Report): string {
  if (report.kind === "eval") return "";
  const device = deviceName(report.environment);
  if (report.kind !== "scaling") return `: ${device}`;
  const batches = [...new Set(report.rows.map(({ batch }) => batch))].join(", ");
  return `: ${device}, batch ${batches}`;
}

/** A few words on what a report holds, for the contents. */
export function contentsOf(report: Report): string {
  if (report.kind === "eval") return coverage(report);
  if (report.kind === "kernels") return `${report.rows.length} kernels`;
  const missing = (count: number): string => count === 0 ? "" : `, ${count} without a measurement`;
  if (report.kind === "scaling") {
    const without = report.rows.filter(({ status }) => status !== "ok").length;
    const longest = Math.max(...report.rows.map(({ minutes }) => minutes));
    return `${report.rows.length} points up to ${formatMinutes(longest)}${missing(without)}`;
  }
  const steps = [...report.throughput?.rows ?? [], ...report.long?.rows ?? []].map(({ step }) => step);
  return `${steps.length} points${missing(steps.filter(({ status }) => status !== "ok").length)}`;
}
