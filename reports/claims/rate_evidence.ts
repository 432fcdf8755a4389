import { TRAINED_MODELS, type TrainedModel } from "../claims.ts";
import { datasetName, engineName, formatCount, formatPercent } from "../eval_text.ts";
import type { Evidence, Numbers, PublishedReport, RateRule } from "./claim.ts";
import { type Evaluation, evaluations, modelOf, type Rate, rateOf } from "./evaluations.ts";
import { evidenceOf, type Finding, type Subject, undecided } from "./evidence.ts";
import { meanOfRates } from "./ratio.ts";

function shownRate({ value, lower, upper }: Numbers): Pick<Finding, "figure" | "interval" | "numbers"> {
  return {
    figure: `${formatPercent(value)} %`,
    interval: `[${formatPercent(lower)}, ${formatPercent(upper)}]`,
    numbers: { value, lower, upper },
  };
}

/** Rates of Samba models on the rule's set, or the means of those that were evaluated on every one of its sets. */
export function rateEvidence(
  rule: RateRule,
  published: readonly PublishedReport[],
  models: readonly TrainedModel[] = TRAINED_MODELS,
): Evidence[] {
  const ours = evaluations(published, "samba").filter(({ report }) => rule.datasets.includes(report.dataset.id));
  if (rule.datasets.length === 1) {
    return ours.map((one) => {
      const rate = rateOf(one.report, rule.protocol);
      const subject: Subject = { subject: engineName(one.report), setting: datasetName(one.report) };
      return evidenceOf(rateFinding(rule, subject, rate, modelOf(one.report, models)), one);
    });
  }
  return [...Map.groupBy(ours, ({ report }) => JSON.stringify(report.engine)).values()].map((group) => {
    const { report } = group[0];
    const subject: Subject = { subject: engineName(report), setting: `mean of ${rule.datasets.length} sets` };
    // Of several reports on a set one stands for it, of the whole set where there is one.
    const held = rule.datasets.map((set) => {
      const on = group.filter((one) => one.report.dataset.id === set);
      return on.find((one) => rateOf(one.report, rule.protocol).flaw === null) ?? on[0];
    });
    const found = held.filter((one): one is Evaluation => one !== undefined);
    if (found.length < rule.datasets.length) {
      const because = `${found.length} of ${rule.datasets.length} sets were evaluated`;
      return evidenceOf(undecided(subject, because), ...found);
    }
    const rates = found.map((one) => ({ one, rate: rateOf(one.report, rule.protocol) }));
    const flawed = rates.find(({ rate }) => rate.flaw !== null);
    const numbers = rates.every(({ rate }) => rate.numbers !== null)
      ? meanOfRates(rates.map(({ rate }) => rate.numbers!))
      : null;
    const flaw = flawed === undefined ? null : `${datasetName(flawed.one.report)}: ${flawed.rate.flaw}`;
    const mean: Rate = numbers === null ? { numbers, flaw: flaw ?? "no rate" } : { numbers, flaw };
    return evidenceOf(rateFinding(rule, subject, mean, modelOf(report, models)), ...found);
  });
}

function rateFinding(rule: RateRule, subject: Subject, { numbers, flaw }: Rate, model: TrainedModel | null): Finding {
  if (numbers === null) return undecided(subject, flaw);
  const shown = { ...shownRate(numbers), margin: rule.claimed.value / 100 - numbers.value };
  if (flaw !== null) return undecided(subject, flaw, shown);
  const claimed = `${rule.claimed.value.toFixed(2)} %`;
  if (100 * numbers.lower > rule.claimed.value) {
    const hours = model?.hours ?? null;
    if (hours !== null && hours >= rule.hours.value) {
      return { ...subject, ...shown, bearing: "against", because: `the interval begins above ${claimed}` };
    }
    const heard = hours === null ? "on how much speech is not known here" : `on ${formatCount(hours)} h of speech`;
    const because = `above ${claimed}, but trained ${heard}; ${formatCount(rule.hours.value)} h are asked for`;
    return undecided(subject, because, shown);
  }
  const within = 100 * numbers.upper <= rule.claimed.value + rule.slack.value;
  return within
    ? { ...subject, ...shown, bearing: "for", because: `as low as ${claimed}, within the slack` }
    : undecided(subject, "the interval reaches too far above the claim to tell", shown);
}
