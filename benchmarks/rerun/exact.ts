import type { EvalJournal } from "../../reports/eval_journal.ts";
import { compare, type Difference } from "../../reports/compare.ts";
import type { Report } from "../../reports/read.ts";

/** What a repeated run says of the first one. */
export interface Comparison {
  readonly differences: readonly Difference[];
  /** How many points or utterances were compared. */
  readonly compared: number;
  /** Those that one of the two runs lacks, a phrase each. */
  readonly notRepeated: readonly string[];
}

type Exact = Record<string, unknown>;

/**
 * Compares what must not hang on when it was run: of scaling reports frames, passes, the ledger's peaks, tokens and what was
 * heard; of training reports the ledger's peaks, launched kernels, losses and norms; of kernel reports operations and bytes;
 * and hashes of kernels, configurations, weights and audio. Kernels are chosen by the adapter: of two runs on different ones
 * those count that both had.
 */
export function compareExact(stated: Report, repeated: Report): Comparison {
  const [before, after] = [pointsOf(stated), pointsOf(repeated)];
  const [then, now] = [stated, repeated].map((report) => report.environment.adapter?.description);
  const kernels = kernelsToCompare(hashesOf(stated), hashesOf(repeated), then === now);
  const differences = compare(runOf(stated, kernels.names), runOf(repeated, kernels.names), "", 0)
    .map(({ where, ...rest }) => ({ where: where.replace(/^\./, ""), ...rest }));
  const notRepeated: string[] = [];
  if (kernels.left > 0) notRepeated.push(`wgsl_hashes of ${kernels.left} kernels that only one of the adapters had`);
  let compared = 0;
  for (const [name, { where, status, exact }] of before) {
    const again = after.get(name);
    if (again === undefined) notRepeated.push(`${where} (${name}): the repeated run has no such point`);
    else if (exact === null || again.exact === null) {
      // What was left out for want of time, or failed, may well run another time.
      notRepeated.push(`${where} (${name}): ${status} then, ${again.status} now`);
    } else {
      compared++;
      differences.push(...compare(exact, again.exact, where, 0));
    }
  }
  return { differences, compared, notRepeated };
}

interface ExactPoint {
  /** Path of the row. */
  readonly where: string;
  readonly status: string;
  /** Null where it was not measured. */
  readonly exact: Exact | null;
}

function hashesOf(report: Report): Readonly<Record<string, string>> {
  return report.kind === "kernels" ? {} : report.environment.wgsl_hashes;
}

/** Names of the kernels whose hashes are compared, and how many are left out. */
function kernelsToCompare(
  stated: Readonly<Record<string, string>>,
  repeated: Readonly<Record<string, string>>,
  sameAdapter: boolean,
): { readonly names: readonly string[]; readonly left: number } {
  const all = [...new Set([...Object.keys(stated), ...Object.keys(repeated)])];
  const names = sameAdapter ? all : all.filter((name) => name in stated && name in repeated);
  return { names, left: all.length - names.length };
}

/** What holds for the whole run. */
function runOf(report: Report, kernels: readonly string[]): Exact {
  const wgsl_hashes = Object.fromEntries(Object.entries(hashesOf(report)).filter(([name]) => kernels.includes(name)));
  switch (report.kind) {
    case "scaling": {
      const { seeds, config_hashes, parameters, weights, dataset } = report.environment;
      const environment = { wgsl_hashes, seeds, config_hashes, parameters, weights, dataset };
      return { environment, frame_rate_hz: report.frame_rate_hz };
    }
    case "training":
      return { environment: { wgsl_hashes, seed: report.environment.seed } };
    case "eval": {
      const { weights, ...engine } = report.engine;
      // A file that was renamed is the same weights.
      return { environment: { wgsl_hashes }, engine: { ...engine, weights: { sha256: weights?.sha256 ?? null } } };
    }
    case "kernels":
      return {};
  }
}

/** The points of a report by what was asked for. */
function pointsOf(report: Report): Map<string, ExactPoint> {
  const points = new Map<string, ExactPoint>();
  if (report.kind === "scaling") {
    report.rows.forEach((row, i) => {
      const name = `${row.engine}, ${row.preset}, ${row.minutes} min, batch ${row.batch}`;
      const { frames, forced_tokens, micro_batch } = row;
      points.set(name, {
        where: `rows[${i}]`,
        status: row.status,
        exact: row.status !== "ok" ? null : {
          frames,
          forced_tokens,
          micro_batch,
          memory: ledgerOf(row.memory),
          tokens_sha256: row.tokens_sha256,
          transcript: row.transcript,
        },
      });
    });
  } else if (report.kind === "kernels") {
    report.rows.forEach((row, i) => {
      const exact = row.status === "ok" ? { flops: row.flops, bytes: row.bytes } : null;
      points.set(row.name, { where: `rows[${i}]`, status: row.status, exact });
    });
  } else if (report.kind === "training") {
    report.throughput?.rows.forEach(({ recompute, config_sha256, step }, i) => {
      const exact = step.status === "ok" ? { config_sha256, step: stepOf(step) } : null;
      points.set(`throughput, recomputation ${recompute ? "on" : "off"}`, {
        where: `throughput.rows[${i}]`,
        status: step.status,
        exact,
      });
    });
    report.long?.rows.forEach(({ engine, minutes, frames, tokens, step }, i) => {
      const exact = step.status === "ok" ? { frames, tokens, step: stepOf(step) } : null;
      points.set(`${engine}, ${minutes} min`, { where: `long.rows[${i}]`, status: step.status, exact });
    });
  }
  return points;
}

function ledgerOf(
  { ledger_peak_bytes, ledger_peak_by_tag }: { ledger_peak_bytes: number | null; ledger_peak_by_tag: Exact },
): Exact {
  return { ledger_peak_bytes, ledger_peak_by_tag };
}

function stepOf(
  { memory, dispatches, figures }: { memory: Parameters<typeof ledgerOf>[0]; dispatches: number; figures: unknown },
): Exact {
  return { memory: ledgerOf(memory), dispatches, figures };
}

/** Compares what was heard, utterance by utterance; of those that the repeated run has, where it was asked for fewer. */
export function compareJournals(stated: EvalJournal, repeated: EvalJournal, file: string): Comparison {
  const again = new Map(repeated.utterances.map((utterance) => [utterance.id, utterance]));
  const differences: Difference[] = [];
  let compared = 0;
  stated.utterances.forEach(({ id, index, reference, hypothesis, status, segments }, i) => {
    const now = again.get(id);
    if (now === undefined) return;
    compared++;
    const before = { index, reference, hypothesis, status, segments };
    const after = {
      index: now.index,
      reference: now.reference,
      hypothesis: now.hypothesis,
      status: now.status,
      segments: now.segments,
    };
    differences.push(...compare(before, after, `${file} line ${i + 2} (${id})`, 0));
  });
  const missing = stated.utterances.length - compared;
  return { differences, compared, notRepeated: missing === 0 ? [] : [`${missing} utterances`] };
}
