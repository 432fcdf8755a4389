import { dirname, join } from "node:path";
import type { Difference } from "../../reports/compare.ts";
import { parseJournal } from "../../reports/eval_journal.ts";
import { type EvalReport, JOURNAL_FILE } from "../../reports/eval_schema.ts";
import { readAnyReport, type Report, reportFile } from "../../reports/read.ts";
import { NotMeasuredError, UsageError } from "../harness/errors.ts";
import { lines } from "../harness/lines.ts";
import { PROJECT_ROOT } from "../harness/project.ts";
import { denoCommand, spawn } from "../harness/spawn.ts";
import { compareExact, compareJournals, type Comparison } from "./exact.ts";
import { type Overrides, type RepeatedCommand, repeatedCommand } from "./recorded_command.ts";

/** What came of repeating a run. */
export interface Rerun extends Comparison {
  /** What was run, as a line. */
  readonly command: string;
  /** In what the two runs' machines and programs differ, a phrase each: a difference may come of it. */
  readonly surroundings: readonly string[];
}

/** Runs a task of this project and gives its exit code; what it says goes to `say`, line by line. */
export type RunTask = (
  command: RepeatedCommand,
  say: (line: string) => void,
  interrupt: AbortSignal,
) => Promise<number>;

/**
 * Repeats the exact part of the run behind the report at `path`, into a temporary folder, and compares: hypotheses and
 * counts of an evaluation; ledger peaks, launched kernels and tokens of a benchmark. No time is compared. Throws UsageError
 * or InputError for what a person must change, NotMeasuredError where the run ends without a report.
 */
export async function rerun(
  path: string,
  overrides: Overrides,
  say: (line: string) => void,
  interrupt: AbortSignal,
  runTask: RunTask = runDenoTask,
): Promise<Rerun> {
  const file = await reportFile(path);
  const stated = await readAnyReport(file);
  if (overrides.limit !== null && stated.kind !== "eval") {
    throw new UsageError(`--limit: is of eval reports; ${file} is one of ${stated.kind}`);
  }
  const out = await Deno.makeTempDir({ prefix: "samba-rerun-" });
  try {
    const command = repeatedCommand(stated, overrides, out);
    const line = `deno task ${command.task} ${command.args.join(" ")}`;
    const code = await runTask(command, say, interrupt);
    if (interrupt.aborted) throw new NotMeasuredError(`${file}: interrupted before it was repeated`);
    if (code !== 0) {
      throw new NotMeasuredError(`${file}: \`${line}\` ended with exit code ${code}; its own lines say why`);
    }
    const repeated = await readAnyReport(out);
    const { differences, compared, notRepeated } = stated.kind === "eval" && repeated.kind === "eval"
      ? await compareEvals(stated, repeated, dirname(file), out)
      : compareExact(stated, repeated);
    if (compared === 0) throw new NotMeasuredError(`${file}: the repeated run has none of its points; see \`${line}\``);
    return { command: line, differences, compared, notRepeated, surroundings: surroundings(stated, repeated) };
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

async function compareEvals(
  stated: EvalReport,
  repeated: EvalReport,
  folder: string,
  out: string,
): Promise<Comparison> {
  const read = async (from: string) => {
    const path = join(from, JOURNAL_FILE);
    const text = await Deno.readTextFile(path).catch(() => {
      throw new UsageError(`${path}: cannot be read; the journal must lie beside the report that is to be repeated`);
    });
    return parseJournal(text, path);
  };
  const heard = compareJournals(await read(folder), await read(out), JOURNAL_FILE);
  const whole = compareExact(stated, repeated);
  // Fewer utterances have other counts, and other references.
  const isWhole = heard.notRepeated.length === 0 && repeated.utterances.count === stated.utterances.count;
  const counts = isWhole ? countDifferences(stated, repeated) : [];
  return { ...heard, differences: [...whole.differences, ...heard.differences, ...counts] };
}

function countDifferences({ scores, dataset }: EvalReport, repeated: EvalReport): Difference[] {
  const differences: Difference[] = [];
  scores.forEach((score, i) => {
    for (const key of ["words", "correct", "substitutions", "deletions", "insertions"] as const) {
      const now = repeated.scores[i]?.[key];
      if (score[key] === now) continue;
      differences.push({ where: `scores[${i}].${key}`, stated: String(score[key]), recomputed: String(now) });
    }
  });
  if (dataset.sha256 !== repeated.dataset.sha256) {
    differences.push({ where: "dataset.sha256", stated: dataset.sha256, recomputed: repeated.dataset.sha256 });
  }
  return differences;
}

/** Where the two runs' commit, adapter, driver and Deno differ. */
function surroundings({ environment: then }: Report, { environment: now }: Report): string[] {
  const facts: readonly (readonly [string, string | null | undefined, string | null | undefined])[] = [
    ["commit", then.git_commit, now.git_commit],
    ["adapter", then.adapter?.description, now.adapter?.description],
    ["driver", then.driver, now.driver],
    ["processor", then.cpu, now.cpu],
    ["Deno", then.deno, now.deno],
  ];
  return facts.filter(([, before, after]) => before !== after)
    .map(([name, before, after]) => `${name} ${before ?? "not known"} then, ${after ?? "not known"} now`);
}

/** Runs `deno task` in the project's folder. */
export async function runDenoTask(
  { task, args, env }: RepeatedCommand,
  say: (line: string) => void,
  interrupt: AbortSignal,
): Promise<number> {
  const child = spawn(denoCommand(), ["task", "--quiet", "--cwd", PROJECT_ROOT, task, ...args], "piped", env);
  const stop = (): void => {
    try {
      child.kill("SIGINT");
    } catch {
      // It has ended by itself in the meantime.
    }
  };
  interrupt.addEventListener("abort", stop);
  if (interrupt.aborted) stop();
  try {
    const errors = async (): Promise<void> => {
      for await (const line of lines(child.stderr)) say(line);
    };
    const [{ code }] = await Promise.all([child.status, child.stdout.pipeTo(new WritableStream()), errors()]);
    return code;
  } finally {
    interrupt.removeEventListener("abort", stop);
  }
}
