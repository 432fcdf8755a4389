import type { TrainedModel } from "../claims.ts";
import type { EvalReport } from "../eval_schema.ts";
import { coverage, formatCount, isWholeSet } from "../eval_text.ts";
import type { Numbers, PublishedReport } from "./claim.ts";

/** An eval report, and where it lies. */
export interface Evaluation extends PublishedReport {
  readonly report: EvalReport;
}

/** A rate with its interval, or why there is none to judge. */
export type Rate = { readonly numbers: Numbers; readonly flaw: string | null } | {
  readonly numbers: null;
  readonly flaw: string;
};

/** Evaluations of this suite's models of a family. */
export function evaluations(published: readonly PublishedReport[], family: string): Evaluation[] {
  return published.flatMap((one) => isOf(one, family) ? [one] : []);
}

function isOf(one: PublishedReport, family: string): one is Evaluation {
  return one.report.kind === "eval" && one.report.engine.engine === family;
}

/** The rate under a protocol, and why it does not stand for its test set; `partly`: a part of it will do. */
export function rateOf(report: EvalReport, protocol: string, partly = false): Rate {
  const score = report.scores.find((one) => one.protocol === protocol);
  if (score === undefined || score.wer === null) return { numbers: null, flaw: `no rate under ${protocol}` };
  if (score.interval === null) return { numbers: null, flaw: "the rate has no interval" };
  const numbers = { value: score.wer, lower: score.interval.lower, upper: score.interval.upper };
  const raw = report.scores.find((one) => one.protocol === "raw-v1");
  const { expected, evaluated } = report.dataset;
  const other = !partly && raw !== undefined && expected.words !== null && raw.words !== expected.words;
  const flaw = report.interrupted
    ? "the run was interrupted"
    : !partly && !isWholeSet(report)
    ? coverage(report)
    : report.skip_bad && report.bad.length > 0
    ? `${formatCount(report.bad.length)} of ${formatCount(evaluated)} utterances were left out`
    : other
    ? `its references have ${formatCount(raw.words)} words, the published set ${formatCount(expected.words!)}`
    : null;
  return { numbers, flaw };
}

/** What is known of the model that a report evaluated, by the name of its config, and the config itself where that is asked. */
export function modelOf({ engine }: EvalReport, models: readonly TrainedModel[]): TrainedModel | null {
  return models.find(({ name, family, config }) =>
    name === engine.settings.model && family === engine.engine &&
    (config ?? engine.settings.config) === engine.settings.config
  ) ?? null;
}
