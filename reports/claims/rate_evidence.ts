import { TRAINED_MODELS, type TrainedModel } from "../claims.ts";
import { coverage, datasetName, engineName, formatCount, formatPercent, isWholeSet } from "../eval_text.ts";
import type { EvalReport } from "../eval_schema.ts";
import type { Evidence, LengthRule, Numbers, PublishedReport, RateRule, RecipeRule } from "./claim.ts";
import { evidenceOf, type Finding, ratioBearing, shownRatio, type Subject, undecided } from "./evidence.ts";
import { meanOfRates, rateOfTrainings, ratioOfRates } from "./ratio.ts";

/** An eval report, and where it lies. */
interface Evaluation extends PublishedReport {
  readonly report: EvalReport;
}

/** A rate with its interval, or why there is none to judge. */
type Rate = { readonly numbers: Numbers; readonly flaw: string | null } | {
  readonly numbers: null;
  readonly flaw: string;
};

/** Evaluations of this suite's models of a family. */
function evaluations(published: readonly PublishedReport[], family: string): Evaluation[] {
  return published.flatMap(({ path, report }) =>
    report.kind === "eval" && report.engine.engine === family ? [{ path, report }] : []
  );
}

/** The rate under a protocol, and why it does not stand for its test set; `partly`: a part of it will do. */
function rateOf(report: EvalReport, protocol: string, partly = false): Rate {
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
  return groupedBy(ours, ({ report }) => JSON.stringify(report.engine)).map((group) => {
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

/** Trainings of one model that differ in nothing but the seed, evaluated on the same utterances and decoded alike. */
interface Trainings {
  readonly model: TrainedModel;
  /** One report for each training. */
  readonly reports: readonly [Evaluation, ...Evaluation[]];
}

/**
 * Each pair of models trained by one recipe that differ in what the rule says, on the same utterances, decoded alike. All
 * trainings of a model make one rate.
 */
export function recipeEvidence(
  rule: RecipeRule,
  published: readonly PublishedReport[],
  models: readonly TrainedModel[] = TRAINED_MODELS,
): Evidence[] {
  const known = [...evaluations(published, "samba"), ...evaluations(published, "transformer")].flatMap((one) => {
    const model = modelOf(one.report, models);
    return model === null ? [] : [{ one, model }];
  });
  const alike = groupedBy(known, ({ one: { report } }) => JSON.stringify([report.engine.settings, usedOf(report)]));
  const all = alike.map((group): Trainings => ({ model: group[0].model, reports: trainingsOf(group) }));
  const byFamily = rule.of === "family";
  // Where the families are compared, the paper's is the one with the mamba connection.
  const firsts = all.filter(({ model }) => model.family === "samba" && model.crossConnection === "mamba");
  const seconds = all.filter(({ model }) =>
    byFamily ? model.family === "transformer" : model.family === "samba" && model.crossConnection === "attention"
  );
  return firsts.flatMap((first) =>
    seconds.filter((second) => {
      const [p, q] = [first.reports[0].report, second.reports[0].report];
      return first.model.recipe === second.model.recipe && usedOf(p) === usedOf(q) && sameDecoding(p, q) &&
        (byFamily || p.engine.settings.decoding !== "ctc" && p.engine.settings.decoding !== "ctc-beam");
    }).map((second) => {
      const { report } = first.reports[0];
      const decoded = String(report.engine.settings.decoding ?? "default");
      const subject: Subject = {
        subject: `${first.model.name} beside ${second.model.name}`,
        setting: `${datasetName(report)}, decoding ${decoded}`,
      };
      const [above, below] = [second, first].map(({ reports }) => trainingsRate(reports, rule.protocol));
      const counts = [first, second].map(({ reports }) => reports.length);
      const note = Math.max(...counts) === 1 ? "one training each" : `means of ${counts.join(" and ")} trainings`;
      return evidenceOf(ratesFinding(rule, subject, above, below, note), ...first.reports, ...second.reports);
    })
  );
}

/** Which utterances were evaluated. */
function usedOf({ dataset: { id, sha256, evaluated } }: EvalReport): string {
  return [id, sha256, evaluated].join(" ");
}

/** One report for each file of weights, the first by path. */
function trainingsOf(group: readonly { readonly one: Evaluation }[]): [Evaluation, ...Evaluation[]] {
  const [first, ...others] = groupedBy(group, ({ one }) => one.report.engine.weights?.sha256 ?? one.path)
    .map(([{ one }]) => one);
  return [first, ...others];
}

/** The rate of trainings that differ in their seeds, and why it does not stand for the test set. */
function trainingsRate(reports: readonly Evaluation[], protocol: string): Rate {
  const rates = reports.map(({ report }) => rateOf(report, protocol));
  const flaw = rates.find((rate) => rate.flaw !== null)?.flaw ?? null;
  const numbers = rates.flatMap((rate) => rate.numbers === null ? [] : [rate.numbers]);
  if (numbers.length < rates.length) return { numbers: null, flaw: flaw ?? "no rate" };
  const mean = rateOfTrainings(numbers);
  return mean === null
    ? { numbers: null, flaw: flaw ?? "a rate or the end of its interval is zero" }
    : { numbers: mean, flaw };
}

/** Each Samba model's rate on short audio over its own on long. */
export function lengthEvidence(rule: LengthRule, published: readonly PublishedReport[]): Evidence[] {
  const ours = evaluations(published, "samba");
  const on = (id: string) => ours.filter(({ report }) => report.dataset.id === id);
  return on(rule.long).flatMap((long) =>
    on(rule.short).filter(({ report }) => JSON.stringify(report.engine) === JSON.stringify(long.report.engine))
      .map((short) => {
        const subject: Subject = { subject: engineName(long.report), setting: `${rule.short} beside ${rule.long}` };
        const [below, above] = [rateOf(long.report, rule.protocol, true), rateOf(short.report, rule.protocol, true)];
        return evidenceOf(ratesFinding(rule, subject, above, below), long, short);
      })
  );
}

function ratesFinding(
  { kind, least }: RecipeRule | LengthRule,
  subject: Subject,
  above: Rate,
  below: Rate,
  note?: string,
): Finding {
  if (above.numbers === null || below.numbers === null) {
    return undecided(subject, above.flaw ?? below.flaw ?? "no rate");
  }
  const numbers = ratioOfRates(above.numbers, below.numbers);
  if (numbers === null) return undecided(subject, "a rate or the end of its interval is zero");
  const shown = {
    ...shownRatio(numbers, kind === "recipe-advantage" ? "rate" : "short rate"),
    margin: numbers.value - least.value,
  };
  const flaw = above.flaw ?? below.flaw;
  if (flaw !== null) return undecided(subject, flaw, shown);
  const [first, second] = [below.numbers, above.numbers].map((rate) => `${formatPercent(rate.value)} %`);
  return {
    ...subject,
    ...shown,
    bearing: ratioBearing(numbers, least),
    because: [`${first} beside ${second}`, note].filter(Boolean).join(", "),
  };
}

/** What is known of the model that a report evaluated, by the name in its config. */
function modelOf({ engine }: EvalReport, models: readonly TrainedModel[]): TrainedModel | null {
  return models.find(({ name, family }) => name === engine.settings.model && family === engine.engine) ?? null;
}

/** Whether all settings are the same but those that name the model. */
function sameDecoding(p: EvalReport, q: EvalReport): boolean {
  const rest = ({ engine }: EvalReport): string => {
    const settings = Object.entries(engine.settings).filter(([name]) => name !== "model" && name !== "config");
    return JSON.stringify(settings.sort(([a], [b]) => a < b ? -1 : 1));
  };
  return rest(p) === rest(q);
}

function groupedBy<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...groups.get(key(item)) ?? [], item]);
  return [...groups.values()];
}
