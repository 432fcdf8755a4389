/**
 * What a claim of the ledger is, and what becomes of it. A claim is data (`../claims.ts`); its rule names the kind of
 * reports that bear on it and the thresholds; functions beside this file turn reports into evidence by that rule.
 */
import type { EvalUtterance } from "../eval_schema.ts";
import type { Report } from "../read.ts";
import type { Quantity } from "../schema.ts";

/** What the published reports say of a claim. */
export type Verdict = "supported" | "contradicted" | "not tested";

/** What one piece of evidence says of it; `undecided`: it was measured, and may not or cannot tell. */
export type Bearing = "for" | "against" | "undecided";

/** A number that decides, what it decides in words, and why it is this one. */
export interface Threshold {
  readonly value: number;
  readonly says: string;
  readonly reason: string;
}

/** A fitted exponent of audio length must not be above `most`. */
export interface GrowthRule {
  readonly kind: "growth";
  readonly quantity: Quantity;
  readonly most: Threshold;
  /** Of the slope between the two longest lengths alone, which sees a bend that the fit averages out. */
  readonly mostTail: Threshold;
  /** Fewest lengths, and least ratio of the longest to the shortest. */
  readonly lengths: Threshold;
  readonly span: Threshold;
  /** One of these must be measurably above `most` in the same report, or its lengths tell nothing; [] asks for none. */
  readonly control: readonly string[];
}

/** Where a comparison over several lengths is judged: at the longest, or at the least favourable of all. */
export type JudgedAt = "longest" | "every";

/** Baseline over samba, of a figure of scaling reports: more is better for samba. */
export interface ScalingRule {
  readonly kind: "scaling-advantage";
  readonly figure: "seconds" | "memory" | "decoder_per_token";
  readonly against: readonly string[];
  readonly at: JudgedAt;
  readonly least: Threshold;
  /** The longest common length in minutes must be this at least. */
  readonly minutes: Threshold;
  readonly repeats: Threshold;
}

/** Baseline over samba, of the time of a training step through one long utterance. */
export interface TrainingRule {
  readonly kind: "training-advantage";
  readonly against: readonly string[];
  readonly at: JudgedAt;
  readonly least: Threshold;
  readonly repeats: Threshold;
}

/** A word error rate in per cent, of one test set, or the mean of several. */
export interface RateRule {
  readonly kind: "rate";
  readonly datasets: readonly string[];
  readonly protocol: string;
  readonly claimed: Threshold;
  /** Percentage points by which the interval may reach above the claim. */
  readonly slack: Threshold;
  /** Hours of speech a model must have heard for a higher rate to contradict. */
  readonly hours: Threshold;
}

/** The rate of one model over that of another trained by the same recipe, on the same utterances: more is better. */
export interface RecipeRule {
  readonly kind: "recipe-advantage";
  /** What the two differ in: the family, or the cross-connection of two samba models. */
  readonly of: "family" | "cross-connection";
  readonly protocol: string;
  readonly least: Threshold;
}

/** The rate on short audio over that of the same model on long audio. */
export interface LengthRule {
  readonly kind: "length-robustness";
  readonly short: string;
  readonly long: string;
  readonly protocol: string;
  readonly least: Threshold;
}

/** How a claim is judged. */
export type Rule = GrowthRule | ScalingRule | TrainingRule | RateRule | RecipeRule | LengthRule;

/** A claim of the paper. */
export interface Claim {
  readonly id: string;
  readonly title: string;
  /** In our own words. */
  readonly claim: string;
  /** Where the paper says so. */
  readonly where: string;
  readonly supportedBy: string;
  readonly contradictedBy: string;
  /** Kind of the reports that give the evidence, and the commands that make them. */
  readonly reports: Report["kind"];
  readonly commands: readonly string[];
  readonly rule: Rule;
  /** What a reader must know besides, whatever was measured. */
  readonly note?: string;
}

/** A report, and where it lies as the ledger names it. */
export interface PublishedReport {
  readonly path: string;
  readonly report: Report;
  /** What was heard in each utterance, of an eval report with its journal beside it. */
  readonly utterances?: readonly EvalUtterance[];
}

/** Where a figure comes from. */
export interface Source {
  /** Path of the report, as the ledger names it. */
  readonly report: string;
  readonly device: string;
  /** When the run started, ISO 8601. */
  readonly date: string;
  readonly command: string;
}

/** A figure and its interval. */
export interface Numbers {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

/** One figure that bears on a claim. */
export interface Evidence {
  /** Who was measured: "samba beside transformer-flash". */
  readonly subject: string;
  /** In which setting: "base, batch 1". */
  readonly setting: string;
  /** The figure and its 95 % interval as they are shown; without an interval, why there is none. */
  readonly figure: string;
  readonly interval: string;
  /** The same unrounded (rates as fractions); null where there is none to judge. */
  readonly numbers: Numbers | null;
  /** How far the figure lies from the threshold, favourable where positive; null without numbers. */
  readonly margin: number | null;
  readonly bearing: Bearing;
  /** Why it bears so, in a few words. */
  readonly because: string;
  readonly sources: readonly Source[];
  /** Whether it was measured before the thresholds were set, which then were not blind to it. */
  readonly beforeThresholds: boolean;
}

/** A claim with its verdict and all evidence. */
export interface ClaimRow {
  readonly claim: Claim;
  readonly verdict: Verdict;
  /** Why, in one sentence. */
  readonly because: string;
  /** The piece that decided: of those that made the verdict the least favourable; null where it is not tested. */
  readonly decisive: Evidence | null;
  readonly evidence: readonly Evidence[];
}

/** The thresholds of a rule, in its order. */
export function thresholdsOf(rule: Rule): Threshold[] {
  return Object.values(rule).filter((field): field is Threshold => typeof field === "object" && "reason" in field);
}
