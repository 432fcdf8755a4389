import { crossoverText, fewestRepeats } from "../comparison.ts";
import { isSamba } from "../derive.ts";
import { formatMinutes, formatRange, formatSeconds, significant } from "../format.ts";
import { samplesOf } from "../quantity.ts";
import type { MeasuredRow, ScalingReport } from "../schema.ts";
import type { TrainingReport } from "../training_schema.ts";
import type { Evidence, JudgedAt, PublishedReport, ScalingRule, TrainingRule } from "./claim.ts";
import { evidenceOf, type Finding, ratioBearing, shownRatio, type Subject, undecided } from "./evidence.ts";
import { ratioOfMedians } from "./ratio.ts";

/** Raw figures of two engines at one length. */
interface Common {
  readonly minutes: number;
  readonly samba: readonly number[];
  readonly baseline: readonly number[];
}

/** Every samba engine beside every baseline of the rule, in every scaling report. */
export function scalingEvidence(rule: ScalingRule, published: readonly PublishedReport[]): Evidence[] {
  return published.flatMap((one) => {
    const { report } = one;
    if (report.kind !== "scaling") return [];
    const measured = report.rows.filter((row) => row.status === "ok");
    const series = new Map(measured.map((row) => [`${row.engine} ${row.preset} ${row.batch}`, row]));
    const ofSamba = [...series.values()].filter(({ engine }) => isSamba(engine)).sort((p, q) => p.batch - q.batch);
    return ofSamba.flatMap((samba) =>
      rule.against.flatMap((baseline) => {
        const other = series.get(`${baseline} ${samba.preset} ${samba.batch}`);
        return other === undefined ? [] : [evidenceOf(scalingFinding(rule, report, samba, other), one)];
      })
    );
  });
}

function scalingFinding(rule: ScalingRule, report: ScalingReport, samba: MeasuredRow, other: MeasuredRow): Finding {
  const subject: Subject = {
    subject: `${samba.engine} beside ${other.engine}`,
    setting: `${samba.preset}, batch ${samba.batch}`,
  };
  const common = commonPoints(rowsLike(report, samba), rowsLike(report, other), rule.figure);
  const counted = rule.figure === "memory";
  if (common.length === 0) return undecided(subject, "no length has this figure of both");
  const { note, ...finding } = judged(subject, rule, common, counted);
  const longest = Math.max(...common.map(({ minutes }) => minutes));
  const fewest = Math.min(...common.flatMap(({ samba, baseline }) => [samba.length, baseline.length]));
  const refused = longest < rule.minutes.value
    ? `${formatMinutes(longest)} is the longest that both have: not long audio`
    : !counted && report.environment.adapter.is_software
    ? "times of a software adapter"
    : !counted && fewest < rule.repeats.value
    ? `${fewest} timed repeats, ${rule.repeats.value} are asked for`
    : null;
  if (refused !== null) return undecided(subject, refused, finding);
  return { ...finding, because: [note, furtherNote(rule, report, samba, other, common)].filter(Boolean).join("; ") };
}

/** From which length on, and what stands beside the figure. */
function furtherNote(
  { figure }: ScalingRule,
  report: ScalingReport,
  samba: MeasuredRow,
  other: MeasuredRow,
  common: readonly Common[],
): string {
  const lengths = common.map(({ minutes }) => minutes);
  if (figure === "decoder_per_token") {
    const minutes = Math.max(...lengths);
    const [own, others] = [samba, other].map((row) => {
      const stages = rowsLike(report, row).find((one) => one.minutes === minutes)?.stages;
      return stages?.find(({ name }) => name === "decoder_prefill")?.seconds.median;
    });
    return own === undefined || others === undefined
      ? ""
      : `hearing ${formatMinutes(minutes)} first takes ${formatSeconds(own)}, the transformer's ${
        formatSeconds(others)
      }`;
  }
  const crossover = report.crossovers.find(({ a, b, preset, batch, quantity }) =>
    a === samba.engine && b === other.engine && preset === samba.preset && batch === samba.batch && quantity === figure
  );
  if (crossover === undefined) return "";
  const found = crossoverText(crossover, "the other", "", fewestRepeats(report, crossover)).replaceAll("**", "");
  return `it ${found}, over ${formatRange(lengths)}`;
}

function rowsLike({ rows }: ScalingReport, { engine, preset, batch }: MeasuredRow): MeasuredRow[] {
  return rows.filter((row) => row.status === "ok").filter((row) =>
    row.engine === engine && row.preset === preset && row.batch === batch
  );
}

function commonPoints(
  samba: readonly MeasuredRow[],
  other: readonly MeasuredRow[],
  figure: ScalingRule["figure"],
): Common[] {
  const samples = (row: MeasuredRow | undefined): readonly number[] | null => {
    if (row === undefined) return null;
    if (figure !== "decoder_per_token") return samplesOf(row, figure);
    return row.stages.find(({ name }) => name === figure)?.seconds.samples ?? null;
  };
  return samba.flatMap((row) => {
    const [own, baseline] = [samples(row), samples(other.find(({ minutes }) => minutes === row.minutes))];
    return own === null || baseline === null ? [] : [{ minutes: row.minutes, samba: own, baseline }];
  });
}

/** Every samba engine beside every baseline of the rule, in the long steps of every training report. */
export function trainingEvidence(rule: TrainingRule, published: readonly PublishedReport[]): Evidence[] {
  return published.flatMap((one) => {
    const { report } = one;
    if (report.kind !== "training" || report.long === null) return [];
    const engines = [
      ...new Set(report.long.rows.filter(({ step }) => step.status === "ok").map(({ engine }) => engine)),
    ];
    return engines.filter(isSamba).flatMap((samba) =>
      rule.against.filter((baseline) => engines.includes(baseline))
        .map((baseline) => evidenceOf(trainingFinding(rule, report, samba, baseline), one))
    );
  });
}

function trainingFinding(rule: TrainingRule, report: TrainingReport, samba: string, baseline: string): Finding {
  const { preset, head, recompute, rows } = report.long!;
  const setting = `${preset}, head ${head}${recompute ? ", recomputing" : ""}`;
  const subject: Subject = { subject: `${samba} beside ${baseline}`, setting };
  const samples = (engine: string, minutes: number): readonly number[] | null => {
    const step = rows.find((row) => row.engine === engine && row.minutes === minutes)?.step;
    return step?.status === "ok" ? step.seconds.samples : null;
  };
  const common = [...new Set(rows.map(({ minutes }) => minutes))].flatMap((minutes): Common[] => {
    const [own, others] = [samples(samba, minutes), samples(baseline, minutes)];
    return own === null || others === null ? [] : [{ minutes, samba: own, baseline: others }];
  });
  if (common.length === 0) return undecided(subject, "no length was measured for both");
  const { note, ...finding } = judged(subject, rule, common, false);
  const fewest = Math.min(...common.flatMap((point) => [point.samba.length, point.baseline.length]));
  const refused = report.environment.adapter.is_software
    ? "times of a software adapter"
    : fewest < rule.repeats.value
    ? `${fewest} timed repeats, ${rule.repeats.value} are asked for`
    : null;
  return refused === null ? { ...finding, because: note } : undecided(subject, refused, finding);
}

/** The bearing of baseline over samba at the longest common length, or at the least favourable one. */
function judged(
  subject: Subject,
  { least, at }: { readonly least: ScalingRule["least"]; readonly at: JudgedAt },
  common: readonly Common[],
  counted: boolean,
): Finding & { readonly note: string } {
  const points = common.toSorted((p, q) => p.minutes - q.minutes).map(({ minutes, samba, baseline }) => ({
    minutes,
    ratio: ratioOfMedians(baseline, samba),
  }));
  const last = points[points.length - 1];
  const decisive = at === "longest"
    ? last
    : points.reduce((worst, point) => point.ratio.value < worst.ratio.value ? point : worst);
  const shown = shownRatio(decisive.ratio, counted ? "memory" : "time");
  const bearing = ratioBearing(decisive.ratio, least);
  const where = at === "longest"
    ? ""
    : points.length === 1
    ? "the only length that both have"
    : `the least of ${points.length} lengths; ${significant(last.ratio.value)} times at ${formatMinutes(last.minutes)}`;
  return {
    ...subject,
    ...shown,
    figure: `${shown.figure} at ${formatMinutes(decisive.minutes)}`,
    margin: decisive.ratio.value - least.value,
    bearing,
    because: where,
    note: where,
  };
}
