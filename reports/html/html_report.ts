import { createHash } from "node:crypto";
import { deviceLine } from "../markdown_environment.ts";
import type { EvalReport } from "../eval_schema.ts";
import { type ClaimRow, claimsSection } from "./claims_section.ts";
import { escapeHtml } from "./client/escape.ts";
import { clientScript } from "./client_script.ts";
import { contentsOf, type ReportInput, type ReportSection, reportSection } from "./report_section.ts";
import { PAGE_STYLE } from "./page_style.ts";
import { werSection } from "./wer_section.ts";

/**
 * One page of HTML with everything in it: style, script, charts and their data. It asks nothing of any network, and its
 * policy (Content-Security-Policy) forbids it to: no script but its own runs, and only audio may be loaded, from beside
 * the page. The same reports give the same page.
 */
export function htmlReport(inputs: readonly ReportInput[], claims: readonly ClaimRow[]): string {
  const sections = inputs.map((input, i) => reportSection(input, prefixOf(i)));
  const evals = new Map(
    inputs.flatMap(({ report }, i): [string, EvalReport][] => report.kind === "eval" ? [[prefixOf(i), report]] : []),
  );
  const script = clientScript();
  const title = sections.length === 1 ? sections[0].title : `${sections.length} reports of samba-asr-bench`;
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(PAGE_STYLE)}'`,
    "img-src data:",
    "media-src 'self' file: data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${PAGE_STYLE}</style>
</head>
<body>
<a class="skip" href="#main">To the figures</a>
<header><p class="brand">samba-asr-bench</p><h1>${escapeHtml(title)}</h1>
${contents(inputs, sections, claims, evals.size > 0)}</header>
<main id="main" tabindex="-1">
${claims.length > 0 ? claimsSection(claims) : ""}
${evals.size > 0 ? werSection(evals) : ""}
${sections.map(({ html }) => html).join("\n")}
</main>
<p id="live" class="vh" aria-live="polite"></p>
<script type="application/json" id="data">${inlineJson(dataOf(inputs, sections))}</script>
<script type="module">${script}</script>
</body>
</html>
`;
}

/** The id of the section of report `index`. */
function prefixOf(index: number): string {
  return `report-${index + 1}`;
}

function dataOf(inputs: readonly ReportInput[], sections: readonly ReportSection[]): unknown {
  const aligned = inputs.flatMap(({ aligned }, i) =>
    aligned === null || typeof aligned === "string" ? [] : [[prefixOf(i), { utterances: aligned.utterances }]]
  );
  const charts = sections.flatMap((section) => section.charts).map(({ file: _, ...chart }) => [chart.id, chart]);
  return { charts: Object.fromEntries(charts), evals: Object.fromEntries(aligned) };
}

/**
 * JSON that may stand within a script element: every `<` is written as an escape, so that neither `</script>` nor `<!--`
 * can occur, whatever the texts say.
 */
export function inlineJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c").replaceAll("\u2028", "\\u2028").replaceAll(
    "\u2029",
    "\\u2029",
  );
}

/** How a policy names a script or a style that stands in the page. */
function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** What the page holds, each report with machine, date and the command that repeats it. */
function contents(
  inputs: readonly ReportInput[],
  sections: readonly ReportSection[],
  claims: readonly ClaimRow[],
  withRates: boolean,
): string {
  const overview = [
    ...(claims.length > 0 ? [`<li><a href="#claims">The paper's claims</a></li>`] : []),
    ...(withRates ? [`<li><a href="#wer">Word error rates</a></li>`] : []),
  ];
  const entries = inputs.map(({ report }, i) => {
    const { environment } = report;
    const commit = environment.git_commit === null
      ? "commit not known"
      : `commit ${environment.git_commit.slice(0, 7)}`;
    const facts = [
      deviceLine(environment).replaceAll("**", ""),
      environment.started_at.slice(0, 10),
      commit + (environment.git_dirty === true ? " with uncommitted changes" : ""),
      contentsOf(report),
    ].join(" · ");
    return `<li><a href="#${prefixOf(i)}">${escapeHtml(sections[i].title)}</a>` +
      `<p>${escapeHtml(facts)}</p><pre tabindex="0"><code>${escapeHtml(environment.command)}</code></pre></li>`;
  });
  return `<nav aria-label="Contents"><ul>${[...overview, ...entries].join("\n")}</ul></nav>`;
}
