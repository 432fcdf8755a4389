import { engineName } from "../eval_text.ts";
import type { Evidence, LengthRule, PublishedReport } from "./claim.ts";
import { evaluations, rateOf } from "./evaluations.ts";
import { evidenceOf, type Subject } from "./evidence.ts";
import { ratesFinding } from "./rates_finding.ts";

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
