import { type ComparableReport, incomparable, storedPairs } from "../../reports/gate/stored_rows.ts";
import type { StoredSamples } from "../../reports/gate/schema.ts";
import { readAnyReport } from "../../reports/read.ts";
import { UsageError } from "../harness/errors.ts";

/** Chance that any interval of a comparison misses the truth. */
const ALPHA = 0.01;

/**
 * What two stored reports hold samples of. Throws UsageError where they are of other adapters, drivers or configurations,
 * unless that is allowed, and InputError for files that are no reports.
 */
export async function compareStored(
  { baseline, candidate }: { readonly baseline: string; readonly candidate: string },
  effect: number,
  allowDifferent: boolean,
): Promise<StoredSamples> {
  const [was, now] = [await comparable("--baseline", baseline), await comparable("--candidate", candidate)];
  if (was.kind !== now.kind) {
    throw new UsageError(`--candidate ${candidate}: is a report of ${now.kind}, the baseline one of ${was.kind}`);
  }
  const differing = incomparable(was, now);
  if (differing.length > 0 && !allowDifferent) {
    throw new UsageError(
      `--candidate ${candidate}: not measured as the baseline was (${differing.join("; ")}); ` +
        "measure both alike, or add --allow-different",
    );
  }
  return {
    baseline,
    candidate,
    kind: was.kind,
    rules: { effect, alpha: ALPHA },
    allowed: differing,
    ...storedPairs(was, now),
  };
}

async function comparable(option: string, path: string): Promise<ComparableReport> {
  const report = await readAnyReport(path);
  if (report.kind === "kernels" || report.kind === "scaling") return report;
  throw new UsageError(`${option} ${path}: is a report of ${report.kind}; give one of bench:kernels or bench:scaling`);
}
