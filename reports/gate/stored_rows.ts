import type { KernelsReport } from "../kernels_schema.ts";
import type { ScalingReport } from "../schema.ts";
import { median } from "../statistics/quantile.ts";
import { isTooWide, verdictAt } from "../statistics/ratio_verdict.ts";
import { unpairedRatio } from "../statistics/unpaired_ratio.ts";
import type { GateRow, StoredSamples } from "./schema.ts";

/** Reports whose raw samples can be compared. */
export type ComparableReport = KernelsReport | ScalingReport;

/** The verdict on each pair of samples, all at a level that is corrected by Bonferroni for their number. */
export function storedRows({ rules, pairs }: Pick<StoredSamples, "rules" | "pairs">): GateRow[] {
  const level = 1 - rules.alpha / Math.max(1, pairs.length);
  return pairs.map(({ name, baseline, candidate, control }) => {
    const at = (level: number) => unpairedRatio(baseline, candidate, level);
    const ratio = at(level);
    const verdict = verdictAt(at, level, rules.effect);
    return {
      name,
      verdict,
      ...ratio,
      too_wide: isTooWide(ratio, rules.effect),
      baseline_seconds: median(baseline),
      candidate_seconds: median(candidate),
      control: control ? { verdict, ...ratio } : null,
    };
  });
}

/** What both reports hold samples of, and what only one does. The two must be of one kind. */
export function storedPairs(
  baseline: ComparableReport,
  candidate: ComparableReport,
): Pick<StoredSamples, "pairs" | "left_out"> {
  const [was, now] = [samplesOf(baseline), samplesOf(candidate)];
  const pairs: StoredSamples["pairs"] = [];
  const leftOut: StoredSamples["left_out"] = [];
  for (const name of new Set([...was.keys(), ...now.keys()])) {
    const [before, after] = [was.get(name) ?? null, now.get(name) ?? null];
    if (before === null && after === null) leftOut.push({ name, reason: "measured in neither" });
    else if (before === null) leftOut.push({ name, reason: "not measured in the baseline" });
    else if (after === null) leftOut.push({ name, reason: "not measured in the candidate" });
    else if (before.length < 2 || after.length < 2) leftOut.push({ name, reason: "a single sample has no interval" });
    else pairs.push({ name, baseline: before, candidate: after, control: name.startsWith("copy kernel ") });
  }
  return { pairs, left_out: leftOut };
}

/** What makes two reports incomparable: adapter, driver, configuration. A line each; none where they may be compared. */
export function incomparable(baseline: ComparableReport, candidate: ComparableReport): string[] {
  const [was, now] = [baseline.environment, candidate.environment];
  const differing: string[] = [];
  const compare = (what: string, a: unknown, b: unknown): void => {
    const [left, right] = [a, b].map((value) => value === null ? "not known" : text(value));
    if (left !== right) differing.push(`${what}: ${left} and ${right}`);
  };
  compare("adapter", was.adapter.description || was.adapter.device, now.adapter.description || now.adapter.device);
  compare("WebGPU implementation", was.adapter.backend, now.adapter.backend);
  compare("driver", was.driver, now.driver);
  if (baseline.kind === "scaling" && candidate.kind === "scaling") {
    const [a, b] = [baseline.environment, candidate.environment];
    for (const engine of new Set([...Object.keys(a.config_hashes), ...Object.keys(b.config_hashes)])) {
      if (!(engine in a.config_hashes && engine in b.config_hashes)) continue; // compared in neither
      compare(`configuration of ${engine}`, a.config_hashes[engine], b.config_hashes[engine]);
    }
    for (const minutes of Object.keys(a.dataset.manifest_sha256)) {
      if (!(minutes in b.dataset.manifest_sha256)) continue;
      compare(`audio of ${minutes} min`, a.dataset.manifest_sha256[minutes], b.dataset.manifest_sha256[minutes]);
    }
  }
  return differing;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Raw samples by name; null where the report has a row without any. */
function samplesOf(report: ComparableReport): Map<string, number[] | null> {
  if (report.kind === "kernels") {
    return new Map(report.rows.map((row) => [row.name, row.status === "ok" ? row.seconds.samples : null]));
  }
  const samples = new Map<string, number[] | null>();
  for (const row of report.rows) {
    const name = `${row.engine} ${row.preset}, ${row.minutes} min, batch ${row.batch}`;
    samples.set(name, row.status === "ok" ? row.seconds.samples : null);
  }
  return samples;
}
