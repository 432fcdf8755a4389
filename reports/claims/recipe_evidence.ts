import { TRAINED_MODELS, type TrainedModel } from "../claims.ts";
import type { EvalReport } from "../eval_schema.ts";
import { datasetName } from "../eval_text.ts";
import type { Evidence, PublishedReport, RecipeRule } from "./claim.ts";
import { type Evaluation, evaluations, modelOf, type Rate, rateOf } from "./evaluations.ts";
import { evidenceOf, type Subject } from "./evidence.ts";
import { pairedRatio } from "./paired_ratio.ts";
import { rateOfTrainings } from "./ratio.ts";
import { ratesFinding } from "./rates_finding.ts";

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
  const alike = Map.groupBy(known, ({ one: { report } }) => JSON.stringify([report.engine.settings, usedOf(report)]));
  const all = [...alike.values()].map((group): Trainings => ({ model: group[0].model, reports: trainingsOf(group) }));
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
      const paired = pairedRatio(second.reports, first.reports, rule.protocol);
      return evidenceOf(ratesFinding(rule, subject, above, below, note, paired), ...first.reports, ...second.reports);
    })
  );
}

/** Which utterances were evaluated. */
function usedOf({ dataset: { id, sha256, evaluated } }: EvalReport): string {
  return [id, sha256, evaluated].join(" ");
}

/** One report for each file of weights, the first by path. */
function trainingsOf(group: readonly { readonly one: Evaluation }[]): [Evaluation, ...Evaluation[]] {
  const byWeights = Map.groupBy(group, ({ one }) => one.report.engine.weights?.sha256 ?? one.path);
  const [first, ...others] = [...byWeights.values()].map(([{ one }]) => one);
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

/** Whether all settings are the same but those that name the model. */
function sameDecoding(p: EvalReport, q: EvalReport): boolean {
  const rest = ({ engine }: EvalReport): string => {
    const settings = Object.entries(engine.settings).filter(([name]) => name !== "model" && name !== "config");
    return JSON.stringify(settings.sort(([a], [b]) => a < b ? -1 : 1));
  };
  return rest(p) === rest(q);
}
