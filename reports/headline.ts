import { isSamba } from "./derive.ts";
import { deviceName, formatExponent, formatMinutes, formatRange, seriesName, significant } from "./format.ts";
import type { CrossoverRow, Fit, ScalingReport } from "./schema.ts";

/** A claim of the paper and what this report found, a sentence each. */
export interface Finding {
  readonly claim: string;
  readonly sentences: readonly string[];
}

/** What the report says about each claim, favourable or not; engines in the order of the report. */
export function findings(report: ScalingReport): Finding[] {
  return [
    { claim: "Time grows linearly with audio length", sentences: exponentSentences(report, "seconds") },
    { claim: "Memory grows linearly with audio length", sentences: exponentSentences(report, "memory") },
    { claim: "It is faster than a transformer on long audio", sentences: crossoverSentences(report, "seconds") },
    { claim: "It needs less memory than a transformer on long audio", sentences: crossoverSentences(report, "memory") },
  ];
}

function exponentSentences(report: ScalingReport, quantity: Fit["quantity"]): string[] {
  const fits = report.fits.filter((fit) => isSamba(fit.engine) && fit.quantity === quantity);
  if (fits.length === 0) return ["Not tested: no samba engine has two measured lengths."];
  const baselines = report.fits.filter((fit) => !isSamba(fit.engine) && fit.quantity === quantity)
    .map((fit) => `${seriesName(report, fit)} ${formatExponent(fit)}${fit.batch === 1 ? "" : ` (batch ${fit.batch})`}`);
  const sentences = fits.map((fit) => {
    const range = formatRange(measuredMinutes(report, fit));
    const where = `over ${range} (${fit.points} lengths, batch ${fit.batch}) on ${deviceName(report.environment)}`;
    const caution = fit.points === 2 && fit.method !== "none"
      ? "; two lengths show the noise of their repeats only, and no bend"
      : "";
    return `${seriesName(report, fit)}: exponent **${formatExponent(fit)}** ${where}: ${verdict(fit)}${caution}.`;
  });
  return baselines.length === 0 ? sentences : [...sentences, `For comparison: ${baselines.join(", ")}.`];
}

/** Lengths that a fit rests on. */
function measuredMinutes(report: ScalingReport, { engine, preset, batch }: Fit): number[] {
  return report.rows
    .filter((row) => row.status === "ok" && row.engine === engine && row.preset === preset && row.batch === batch)
    .map(({ minutes }) => minutes);
}

/** An exponent this close to zero is printed as zero. */
const NO_GROWTH = 0.005;

/** What the interval of an exponent says about linear growth. */
export function verdict({ lower, upper, method }: Pick<Fit, "lower" | "upper" | "method">): string {
  if (method === "none") {
    return "two single figures have no interval, so this neither supports nor refutes linear growth";
  }
  if (lower > 1) return "faster than linear growth";
  if (upper < -NO_GROWTH) return "it shrinks with length";
  if (lower <= NO_GROWTH && upper < 1) return "no measurable growth over this range";
  if (upper < 1) return "slower than linear growth over this range";
  if (lower <= NO_GROWTH || upper >= 2) {
    return "the interval is too wide to tell linear growth from none or from quadratic";
  }
  return "consistent with linear growth";
}

function crossoverSentences(report: ScalingReport, quantity: CrossoverRow["quantity"]): string[] {
  const crossovers = report.crossovers.filter((row) => row.quantity === quantity);
  if (crossovers.length === 0) return ["Not tested: there is no pair of a samba engine and another to compare."];
  return crossovers.map((row) =>
    `${seriesName(report, { engine: row.a, preset: row.preset })} against ${row.b} (batch ${row.batch}): ` +
    `${crossoverText(row)}.${unmeasured(report, row)}`
  );
}

/** Sentences on the lengths at which one of the two engines has no measurement, with the statuses. */
function unmeasured(report: ScalingReport, { a, b, preset, batch }: CrossoverRow): string {
  return [a, b].map((engine) => {
    const missing = report.rows.filter((row) =>
      row.status !== "ok" && row.engine === engine && row.preset === preset && row.batch === batch
    );
    const lengths = missing.map(({ minutes, status }) => `${formatMinutes(minutes)} (${status})`).join(", ");
    return missing.length === 0 ? "" : ` ${engine} has no measurement at ${lengths}.`;
  }).join("");
}

/** A comparison in words, without the names of its engines. */
export function crossoverText(row: CrossoverRow): string {
  const better = row.quantity === "seconds" ? "faster" : "smaller";
  const unsure = row.agreement !== null && row.agreement < 0.95
    ? ` (so in ${(100 * row.agreement).toFixed(0)} % of the resamples only)`
    : "";
  const lengths = `${row.common_points} common length${row.common_points === 1 ? "" : "s"}${unsure}`;
  const beyond = row.extrapolated === null ? "" : `; extrapolated, not measured: ${extrapolationText(row)}`;
  switch (row.kind) {
    case "always":
      return `**${better} at every one** of ${lengths}${beyond}`;
    case "never-in-range":
      return `**not ${better} at any** of ${lengths}${beyond}`;
    case "at":
      return `**${better} from ${crossing(row)} on**, over ${lengths}`;
    case "until":
      return `**${better} only below ${crossing(row)}**, over ${lengths}`;
    case "no-common-points":
      return "no length was measured for both";
  }
}

/** The crossover length with its interval; the interval is left out where single figures leave none. */
function crossing({ minutes, lower, upper }: CrossoverRow): string {
  const at = formatMinutes(minutes!);
  return lower === upper ? at : `${at} [${significant(lower!)}, ${significant(upper!)}]`;
}

/** Where the fitted lines meet, and who is better beyond. */
export function extrapolationText({ a, b, extrapolated }: CrossoverRow): string {
  if (extrapolated === null) return "";
  const [above, below] = extrapolated.a_lower === "above" ? [a, b] : [b, a];
  return `the fitted lines meet at ${formatMinutes(extrapolated.minutes)}, ${below} lower before, ${above} after`;
}
