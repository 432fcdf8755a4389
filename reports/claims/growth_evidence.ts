import { isSamba } from "../derive.ts";
import { exponentDecimals, fixed, formatRange, significant } from "../format.ts";
import { isTime } from "../quantity.ts";
import { rowsOf } from "../growth.ts";
import type { Fit, MeasuredRow, ScalingReport } from "../schema.ts";
import type { Evidence, GrowthRule, PublishedReport } from "./claim.ts";
import { evidenceOf, type Finding, type Subject, undecided } from "./evidence.ts";

/** Exponents of every samba engine, at every batch size of every scaling report, judged by the rule. */
export function growthEvidence(rule: GrowthRule, published: readonly PublishedReport[]): Evidence[] {
  return published.flatMap((one) => {
    const { report } = one;
    if (report.kind !== "scaling") return [];
    const fits = report.fits.filter(({ engine, quantity }) => isSamba(engine) && quantity === rule.quantity);
    return fits.map((fit) => evidenceOf(judged(rule, report, fit), one));
  });
}

function judged(rule: GrowthRule, report: ScalingReport, fit: Fit): Finding {
  const measured = rowsOf(report, fit).filter((row) => row.status === "ok");
  const minutes = measured.map((row) => row.minutes);
  const setting = `${fit.preset}, batch ${fit.batch}, ${formatRange(minutes)}`;
  const subject: Subject = { subject: fit.engine, setting };
  const { exponent: value, lower, upper } = fit;
  const decimals = exponentDecimals(lower, upper);
  const shown = {
    figure: `exponent ${fixed(value, decimals)}`,
    interval: fit.method === "none" ? "none" : `[${fixed(lower, decimals)}, ${fixed(upper, decimals)}]`,
    numbers: { value, lower, upper },
    margin: rule.most.value - value,
  };
  const unfit = reasonAgainstUse(rule, report, fit, minutes);
  if (unfit !== null) return undecided(subject, unfit, shown);
  const most = significant(rule.most.value);
  if (lower > rule.most.value) {
    return { ...subject, ...shown, bearing: "against", because: `the interval begins above ${most}` };
  }
  if (upper > rule.most.value) {
    return undecided(subject, `the interval reaches above ${most}${splitNote(measured)}`, shown);
  }
  if (fit.tail_exponent > rule.mostTail.value) {
    const slope = fixed(fit.tail_exponent, 2);
    return undecided(subject, `the slope between the two longest lengths is ${slope}: the curve bends upwards`, shown);
  }
  return { ...subject, ...shown, bearing: "for", because: growthInWords(lower, upper, isTime(rule.quantity)) };
}

/** Why a fit cannot tell, whatever its exponent; null where it can. */
function reasonAgainstUse(
  rule: GrowthRule,
  report: ScalingReport,
  fit: Fit,
  minutes: readonly number[],
): string | null {
  const span = Math.max(...minutes) / Math.min(...minutes);
  if (fit.method === "none") return "the exponent has no interval";
  if (fit.points < rule.lengths.value) return `${fit.points} lengths, ${rule.lengths.value} are asked for`;
  if (span < rule.span.value) {
    return `the lengths span a factor of ${significant(span)}, ${rule.span.value} is asked for`;
  }
  if (isTime(rule.quantity) && report.environment.adapter.is_software) return "times of a software adapter";
  const controlled = rule.control.length === 0 ||
    report.fits.some((other) =>
      rule.control.includes(other.engine) && other.preset === fit.preset && other.batch === fit.batch &&
      other.quantity === fit.quantity && other.method !== "none" && other.lower > rule.most.value
    );
  return controlled ? null : `no control: at these lengths ${rule.control.join(" or ")} does not measure above linear`;
}

/** What an interval that ends at or below the threshold says of growth, and where it is below linear why that is. */
function growthInWords(lower: number, upper: number, time: boolean): string {
  if (upper < 0.01) return "it does not grow";
  if (upper >= 1) return lower > 1 ? "above linear, but not above n log n" : "linear";
  const why = time
    ? "as with fixed costs, or short audio that does not fill the device"
    : "as with a part that is the same at every length";
  return `${lower > 0.9 ? "a little below linear" : "below linear"}, ${why}`;
}

/** That the batch went in more parts at some lengths than at others, so that they are not alike. */
function splitNote(measured: readonly MeasuredRow[]): string {
  const split = measured.filter(({ batch, micro_batch }) => micro_batch !== null && micro_batch < batch);
  return split.length === 0 || split.length === measured.length
    ? ""
    : `: the batch was split at ${formatRange(split.map(({ minutes }) => minutes))} only`;
}
