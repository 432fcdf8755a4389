import { CLAIMS, TRAINED_MODELS, type TrainedModel } from "../claims.ts";
import { engineName } from "../eval_text.ts";
import { scalingEvidence, trainingEvidence } from "./advantage_evidence.ts";
import type { Claim, ClaimRow, Evidence, PublishedReport, Rule, Verdict } from "./claim.ts";
import { growthEvidence } from "./growth_evidence.ts";
import { lengthEvidence } from "./length_evidence.ts";
import { rateEvidence } from "./rate_evidence.ts";
import { recipeEvidence } from "./recipe_evidence.ts";

/** How pieces of evidence make a verdict, in words. */
export const VERDICT_RULE =
  "One piece against contradicts a claim, as the paper makes its claims without exceptions; " +
  "with a piece for it and none against it is supported; otherwise, whatever was measured, it is not tested.";

/**
 * Every claim with its verdict by these reports, in the ledger's order. Nothing is rendered: texts are plain, numbers
 * beside them unrounded.
 */
export function claimsTable(
  published: readonly PublishedReport[],
  claims: readonly Claim[] = CLAIMS,
  models: readonly TrainedModel[] = TRAINED_MODELS,
): readonly ClaimRow[] {
  return claims.map((claim) => {
    const evidence = evidenceFor(claim.rule, published, models);
    const verdict = verdictOf(evidence);
    const decisive = decisiveOf(verdict, evidence);
    return { claim, verdict, because: reasonFor(claim, verdict, evidence, published), decisive, evidence };
  });
}

function evidenceFor(
  rule: Rule,
  published: readonly PublishedReport[],
  models: readonly TrainedModel[],
): Evidence[] {
  switch (rule.kind) {
    case "growth":
      return growthEvidence(rule, published);
    case "scaling-advantage":
      return scalingEvidence(rule, published);
    case "training-advantage":
      return trainingEvidence(rule, published);
    case "rate":
      return rateEvidence(rule, published, models);
    case "recipe-advantage":
      return recipeEvidence(rule, published, models);
    case "length-robustness":
      return lengthEvidence(rule, published);
  }
}

/** The verdict of pieces of evidence, by `VERDICT_RULE`. */
export function verdictOf(evidence: readonly Pick<Evidence, "bearing">[]): Verdict {
  if (evidence.some(({ bearing }) => bearing === "against")) return "contradicted";
  return evidence.some(({ bearing }) => bearing === "for") ? "supported" : "not tested";
}

/** Of the pieces that made the verdict, the least favourable to the claim. */
function decisiveOf(verdict: Verdict, evidence: readonly Evidence[]): Evidence | null {
  const bearing = { supported: "for", contradicted: "against", "not tested": null }[verdict];
  const made = evidence.filter((piece) => piece.bearing === bearing);
  return made.length === 0 ? null : made.reduce((p, q) => (q.margin ?? 0) < (p.margin ?? 0) ? q : p);
}

function reasonFor(
  claim: Claim,
  verdict: Verdict,
  evidence: readonly Evidence[],
  published: readonly PublishedReport[],
): string {
  if (evidence.length === 0) return `No published ${claim.reports} report bears on it${others(claim, published)}.`;
  const of = (bearing: Evidence["bearing"]): Evidence[] => evidence.filter((piece) => piece.bearing === bearing);
  const [supporting, against, open] = [of("for"), of("against"), of("undecided")];
  const tally = `${supporting.length} for, ${against.length} against, ${open.length} undecided`;
  switch (verdict) {
    case "not tested":
      return `What was measured decides nothing: ${reasonsOf(open)} (${tally}).`;
    case "supported":
      return `For it: ${subjectsOf(supporting, evidence)}; nothing is against it (${tally}).`;
    case "contradicted":
      return `Against it: ${subjectsOf(against, evidence)}${
        supporting.length === 0 ? "" : `; for it, all the same: ${subjectsOf(supporting, evidence)}`
      } (${tally}).`;
  }
}

/** Who speaks; with the setting, where the same also speaks otherwise: "samba beside transformer-naive (base, batch 8)". */
function subjectsOf(speaking: readonly Evidence[], all: readonly Evidence[]): string {
  const names = speaking.map(({ subject, setting, bearing }) =>
    all.some((other) => other.subject === subject && other.bearing !== bearing) ? `${subject} (${setting})` : subject
  );
  return [...new Set(names)].join(", ");
}

/** The first two reasons; the others stand with the evidence. */
function reasonsOf(evidence: readonly Evidence[]): string {
  const all = [...new Set(evidence.map(({ because }) => because))];
  return all.slice(0, 2).join("; ") + (all.length > 2 ? "; and more" : "");
}

/** What was evaluated on the claim's test set without being of its subject. */
function others({ rule }: Claim, published: readonly PublishedReport[]): string {
  if (rule.kind !== "rate" || rule.datasets.length > 1) return "";
  const names = published.flatMap(({ report }) =>
    report.kind === "eval" && rule.datasets.includes(report.dataset.id) ? [engineName(report)] : []
  );
  return names.length === 0
    ? ""
    : ` (the set was evaluated with ${[...new Set(names)].join(", ")} only, which is no Samba-ASR)`;
}
