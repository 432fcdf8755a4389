import { join } from "node:path";
import type { Corpus } from "../../datasets/corpus.ts";
import { deriveEval } from "../../reports/eval_derive.ts";
import {
  EVAL_SCHEMA_VERSION,
  type EvalJournalHeader,
  type EvalReport,
  type EvalUtterance,
  JOURNAL_FILE,
} from "../../reports/eval_schema.ts";
import { writeEval } from "../../reports/eval_write.ts";
import { type Engine, EngineError } from "../engines/engine.ts";
import { fileSha256 } from "../engines/file_sha256.ts";
import { EXIT, UsageError } from "../harness/errors.ts";
import { duration, type Progress } from "../harness/progress.ts";
import type { Indexed } from "./batches.ts";
import { evaluate } from "./evaluate.ts";
import { appendJournal, readJournal, requireSame, writeJournal } from "./journal.ts";
import type { EvalOptions } from "./options.ts";
import { RunningScore } from "./running_score.ts";

/** What an evaluation is told of its surroundings; tests give others. */
export interface Surroundings {
  readonly environment: (engine: Engine) => Promise<EvalReport["environment"]>;
  /** Peak of the device's memory over its baseline since the evaluation began; null where nothing can see it. */
  readonly deviceMemory: () => Promise<number | null>;
  readonly progress: Progress;
  readonly interrupt: AbortSignal;
}

/** What came of it. */
export interface Outcome {
  readonly exitCode: number;
  readonly report: EvalReport | null;
  readonly paths: readonly string[];
  /** One line for standard error where it is not simply done. */
  readonly problem: string | null;
}

/** What an evaluation goes on from. */
export interface Begun {
  readonly header: EvalJournalHeader;
  readonly done: readonly EvalUtterance[];
}

/**
 * Prepares the folder `options.out`: a fresh journal, or the one that is there. Throws UsageError where it holds an evaluation
 * that is not to be gone on with, or another one than is asked for.
 */
export async function begin(options: EvalOptions, corpus: Corpus, engine: Engine): Promise<Begun> {
  const header = headerOf(options, corpus, engine);
  const past = options.overwrite ? null : await readJournal(options.out);
  if (past !== null && !options.resume) {
    throw new UsageError(
      `--out ${options.out}: holds an evaluation of ${past.utterances.length} utterances; ` +
        "go on with it by --resume, begin anew by --overwrite, or give another folder",
    );
  }
  if (past !== null) requireSame(options.out, past.header, header);
  const done = past?.utterances ?? [];
  // Also takes away what a kill left of a line.
  await writeJournal(options.out, header, done);
  return { header, done };
}

function headerOf(options: EvalOptions, corpus: Corpus, engine: Engine): EvalJournalHeader {
  const { id, version, split, source, sha256, expected, utterances, dropped } = corpus;
  const { engine: name, weights, settings } = engine.identity;
  return {
    kind: "eval-journal",
    schema_version: EVAL_SCHEMA_VERSION,
    engine: { engine: name, weights, settings: { ...settings } },
    dataset: { id, version, split, form: source.form, sha256, expected, found: utterances.length, dropped },
    limit: options.limit,
    shard: options.shard,
    skip_bad: options.skipBad,
  };
}

/** The utterances that an evaluation takes: the first `limit` of the corpus, and of these the shard's. */
export function chosen(corpus: Corpus, { limit, shard }: Pick<EvalOptions, "limit" | "shard">): Indexed[] {
  return corpus.utterances.slice(0, limit ?? undefined)
    .map((utterance, index) => ({ index, utterance }))
    .filter(({ index }) => shard === null || index % shard.of === shard.index - 1);
}

/**
 * Evaluates what is not done yet, every result on disk at once, and writes the report of all there is, whatever ended the
 * work: Ctrl-C, or an engine that cannot go on.
 */
export async function finish(
  options: EvalOptions,
  corpus: Corpus,
  engine: Engine,
  begun: Begun,
  surroundings: Surroundings,
): Promise<Outcome> {
  const { progress, interrupt } = surroundings;
  const all = chosen(corpus, options);
  const past = new Set(begun.done.map(({ index }) => index));
  const todo = all.filter(({ index }) => !past.has(index));
  const results = [...begun.done];
  const running = new RunningScore(results, options.skipBad);
  const started = performance.now();
  const journal = await appendJournal(options.out);
  let failure: EngineError | null = null;
  const status = () => progress.status(`${results.length}/${all.length} ${running.text()}${timeLeft()}`);
  const timeLeft = (): string => {
    const fresh = results.length - begun.done.length;
    if (fresh === 0) return "";
    const each = (performance.now() - started) / 1000 / fresh;
    return `, ~${duration(each * (all.length - results.length))} left`;
  };
  let told = started;
  try {
    status();
    await evaluate(engine, todo, {
      interrupt,
      done(utterances) {
        journal.append(utterances);
        results.push(...utterances);
        for (const one of utterances) {
          running.add(one);
          if (one.status !== "ok") progress.line(`${one.id}: ${one.reason}`);
        }
        status();
        if (!Deno.stderr.isTerminal() && performance.now() - told > PLAIN_LINE_MS) {
          told = performance.now();
          progress.line(`${results.length}/${all.length} ${running.text()}${timeLeft()}`);
        }
      },
    });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    failure = error;
  } finally {
    journal.close();
    progress.status("");
  }
  if (results.length === 0) {
    return failure === null
      ? {
        exitCode: EXIT.interrupted,
        report: null,
        paths: [],
        problem: "interrupted before the first utterance was done",
      }
      : { exitCode: EXIT.notMeasured, report: null, paths: [], problem: failure.message };
  }
  const stopped = results.length < all.length;
  const sorted = results.toSorted((a, b) => a.index - b.index);
  await writeJournal(options.out, begun.header, sorted);
  const memory = engine.memory();
  const device = await surroundings.deviceMemory();
  const report = deriveEval(begun.header, sorted, {
    environment: await surroundings.environment(engine),
    merged_from: null,
    batch: engine.maxBatch,
    interrupted: stopped,
    load_seconds: engine.loadSeconds,
    memory: {
      ledger_peak_bytes: memory.ledgerPeakBytes,
      ...(device !== null && memory.ledgerPeakBytes !== null
        ? { outside_peak_bytes: device, outside_source: "nvidia-smi delta" }
        : memory.outsidePeakBytes === null
        ? { outside_peak_bytes: null, outside_source: null }
        : { outside_peak_bytes: memory.outsidePeakBytes, outside_source: "largest resident set of the process" }),
    },
    journal_sha256: await fileSha256(join(options.out, JOURNAL_FILE)),
  });
  const paths = await writeEval(report, options.out);
  if (!stopped) {
    return { exitCode: EXIT.done, report, paths: [...paths, join(options.out, JOURNAL_FILE)], problem: null };
  }
  const rest = `${results.length} of ${all.length} utterances are done and kept; go on with --resume`;
  return failure === null
    ? { exitCode: EXIT.interrupted, report, paths, problem: `interrupted: ${rest}` }
    : { exitCode: EXIT.notMeasured, report, paths, problem: `${failure.message}; ${rest}` };
}

/** Where nothing is redrawn, a line now and then shows that it lives. */
const PLAIN_LINE_MS = 30_000;
