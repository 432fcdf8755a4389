import { join } from "node:path";
import { deriveEval } from "../../reports/eval_derive.ts";
import type { EvalJournal } from "../../reports/eval_journal.ts";
import { type EvalReport, type EvalUtterance, JOURNAL_FILE } from "../../reports/eval_schema.ts";
import { writeEval } from "../../reports/eval_write.ts";
import { readAnyReport } from "../../reports/read.ts";
import { fileSha256 } from "../engines/file_sha256.ts";
import { UsageError } from "../harness/errors.ts";
import { firstDifference, readJournal, writeJournal } from "./journal.ts";

interface Part {
  readonly folder: string;
  readonly journal: EvalJournal;
  readonly report: EvalReport;
}

/**
 * Joins the shards of one evaluation, folders that `eval --shard` wrote, into the evaluation of the whole: the report in
 * `out` has the counts, scores and intervals of an unsharded run. Throws UsageError that names the shard which is missing,
 * doubled, not finished, or of another evaluation.
 */
export async function merge(folders: readonly string[], out: string): Promise<{ report: EvalReport; paths: string[] }> {
  const parts = await Promise.all(folders.map(readPart));
  const [first] = parts;
  for (const part of parts.slice(1)) {
    const difference = firstDifference(first.journal.header, part.journal.header, ["shard"]);
    if (difference !== null) {
      const [name, was, is] = difference;
      throw new UsageError(
        `${part.folder}: has ${name} ${is}, but ${first.folder} has ${was}; merge shards of one evaluation`,
      );
    }
  }
  requireAllShards(parts);
  const utterances = parts.flatMap(({ journal }) => journal.utterances).sort((a, b) => a.index - b.index);
  const header = { ...first.journal.header, shard: null };
  requireAllUtterances(utterances, Math.min(header.limit ?? Infinity, header.dataset.found));
  await writeJournal(out, header, utterances);
  const memory = parts.map(({ report }) => report.memory);
  const outside = memory.toSorted((a, b) => (b.outside_peak_bytes ?? -1) - (a.outside_peak_bytes ?? -1))[0];
  const ledger = memory.flatMap(({ ledger_peak_bytes }) => ledger_peak_bytes ?? []);
  const report = deriveEval(header, utterances, {
    environment: first.report.environment,
    merged_from: parts.length,
    batch: Math.max(...parts.map(({ report }) => report.batch)),
    interrupted: false,
    load_seconds: Math.max(...parts.map(({ report }) => report.load_seconds)),
    memory: {
      ledger_peak_bytes: ledger.length === 0 ? null : Math.max(...ledger),
      outside_peak_bytes: outside.outside_peak_bytes,
      outside_source: outside.outside_source,
    },
    journal_sha256: await fileSha256(join(out, JOURNAL_FILE)),
  });
  return { report, paths: [...await writeEval(report, out), join(out, JOURNAL_FILE)] };
}

async function readPart(folder: string): Promise<Part> {
  const journal = await readJournal(folder);
  if (journal === null) {
    throw new UsageError(`${folder}: holds no ${JOURNAL_FILE}; give a folder that eval --shard wrote`);
  }
  if (journal.header.shard === null) {
    throw new UsageError(`${folder}: holds an evaluation that is no shard; merge what eval --shard I/N wrote`);
  }
  const report = await readAnyReport(folder);
  if (report.kind !== "eval") throw new UsageError(`${folder}: report.json is of kind ${report.kind}, not eval`);
  return { folder, journal, report };
}

function requireAllShards(parts: readonly Part[]): void {
  const of = parts[0].journal.header.shard!.of;
  const seen = new Map<number, string>();
  for (const { folder, journal, report } of parts) {
    const shard = journal.header.shard!;
    if (shard.of !== of) {
      throw new UsageError(`${folder}: is a shard of ${shard.of}, but ${parts[0].folder} is one of ${of}`);
    }
    const twin = seen.get(shard.index);
    if (twin !== undefined) throw new UsageError(`${folder}: is shard ${shard.index}/${of}, and so is ${twin}`);
    seen.set(shard.index, folder);
    if (report.interrupted || journal.truncated || report.utterances.count !== journal.utterances.length) {
      throw new UsageError(`${folder}: shard ${shard.index}/${of} is not finished; go on with it by eval … --resume`);
    }
  }
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter((index) => !seen.has(index));
  if (missing.length > 0) throw new UsageError(`shard ${missing.join(", ")} of ${of} is missing; give its folder too`);
}

function requireAllUtterances(utterances: readonly EvalUtterance[], expected: number): void {
  const gap = utterances.findIndex(({ index }, i) => index !== i);
  if (gap >= 0) throw new UsageError(`utterance ${gap} of the set is in no shard or in two; evaluate the shards again`);
  if (utterances.length < expected) {
    throw new UsageError(`${utterances.length} of ${expected} utterances are there; evaluate the shards again`);
  }
}
