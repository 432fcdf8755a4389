import { escapeHtml } from "./client/escape.ts";
import type { ClaimRow as JudgedClaim } from "../claims/claim.ts";
import { VERDICT_RULE } from "../claims/judge.ts";
import { table } from "./markdown_html.ts";

/** A claim with what the published reports say of it. */
export interface ClaimRow {
  readonly id: string;
  /** What is claimed, in our words. */
  readonly claim: string;
  readonly verdict: "supported" | "contradicted" | "not tested";
  /** Figure and interval that the verdict rests on, or what is missing. */
  readonly evidence: string;
  readonly device: string | null;
  readonly date: string | null;
  /** What gave the evidence, or would. */
  readonly command: string | null;
}

/** A claim of the ledger as the page shows it: with the piece of evidence that decided, or why there is none. */
export function claimRow({ claim, verdict, because, decisive }: JudgedClaim): ClaimRow {
  const source = decisive?.sources[0];
  const before = decisive?.beforeThresholds
    ? " (Measured before the thresholds were last set, which were not blind to it.)"
    : "";
  return {
    id: claim.id,
    claim: claim.claim,
    verdict,
    evidence: decisive === null
      ? because
      : `${decisive.figure} ${decisive.interval}, ${decisive.subject}, ${decisive.setting}. ${because}${before}`,
    device: source?.device ?? null,
    date: source?.date.slice(0, 10) ?? null,
    command: source?.command ?? claim.commands[0] ?? null,
  };
}

/** Signs that tell the verdicts apart without colour. */
const SIGNS: Readonly<Record<ClaimRow["verdict"], string>> = {
  "supported": "✓",
  "contradicted": "✗",
  "not tested": "○",
};

/** The paper's claims, each with its verdict. */
export function claimsSection(claims: readonly ClaimRow[]): string {
  const count = (verdict: ClaimRow["verdict"]): string =>
    `${claims.filter((claim) => claim.verdict === verdict).length} ${verdict}`;
  const rows = claims.map(({ id, claim, verdict, evidence, device, date, command }) => [
    escapeHtml(id),
    `<span class="verdict ${verdict.replace(" ", "-")}"><span aria-hidden="true">${
      SIGNS[verdict]
    }</span> ${verdict}</span>`,
    escapeHtml(claim),
    escapeHtml(evidence),
    escapeHtml(device ?? "–"),
    escapeHtml(date ?? "–"),
    command === null ? "–" : `<code>${escapeHtml(command)}</code>`,
  ]);
  const header = ["Claim", "Verdict", "What is claimed", "Evidence", "Device", "Date", "Command"];
  return `<section id="claims"><h2>The paper's claims</h2>
<p>${count("supported")}, ${count("contradicted")}, ${count("not tested")}. ${escapeHtml(VERDICT_RULE)}</p>
${table("The paper's claims", header, header.map(() => false), rows, rows.length > 1)}</section>`;
}
