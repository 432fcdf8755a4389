import assert from "node:assert/strict";
import { join } from "node:path";
import { writeEval } from "../../reports/eval_write.ts";
import { exampleEval, exampleUtterances } from "../../reports/example_eval.ts";
import { exampleKernels } from "../../reports/example_kernels.ts";
import { writeKernels } from "../../reports/kernels_write.ts";
import { inTemporaryFolder } from "../../reports/testdata/commands.ts";
import { NotMeasuredError, UsageError } from "../harness/errors.ts";
import { run } from "./command.ts";
import { rerun, type RunTask } from "./rerun.ts";

const NONE = { limit: null, dataRoot: null, weights: null };
const going = new AbortController().signal;
const silent = (): void => {};

/** Writes an evaluation of `utterances` into `folder`. */
async function evaluated(folder: string, utterances = exampleUtterances()): Promise<void> {
  const { report, journal } = exampleEval(() => {}, utterances);
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(join(folder, "utterances.jsonl"), journal);
  await writeEval(report, folder);
}

/** A run that writes an evaluation where it is told to. */
const evaluating = (utterances = exampleUtterances()): RunTask => async ({ task, args }) => {
  assert.equal(task, "eval");
  await evaluated(args[args.indexOf("--out") + 1], utterances);
  return 0;
};

Deno.test("rerun() finds nothing in the same evaluation, and leaves no folder behind", () =>
  inTemporaryFolder(async (folder) => {
    await evaluated(folder);
    let out = "";
    const task: RunTask = (command, ...rest) => {
      out = command.args.at(-1)!;
      return evaluating()(command, ...rest);
    };
    const { differences, compared, notRepeated, surroundings } = await rerun(folder, NONE, silent, going, task);
    assert.deepEqual([differences, compared, notRepeated, surroundings], [[], 12, [], []]);
    await assert.rejects(Deno.stat(out), Deno.errors.NotFound);
  }));

Deno.test("rerun() names another hypothesis and the counts that follow, and no counts of a part", () =>
  inTemporaryFolder(async (folder) => {
    await evaluated(folder);
    const utterances = exampleUtterances();
    Object.assign(utterances[8], { hypothesis: "blue skies" });
    const whole = await rerun(folder, NONE, silent, going, evaluating(utterances));
    const places = whole.differences.map(({ where }) => where);
    assert.ok(places.includes(`utterances.jsonl line 10 (${utterances[8].id}).hypothesis`), places.join());
    assert.ok(places.includes("scores[1].substitutions"), places.join());
    const part = await rerun(folder, { ...NONE, limit: 9 }, silent, going, evaluating(utterances.slice(0, 9)));
    assert.deepEqual(part.differences.map(({ where }) => where), places.slice(0, 1));
    assert.deepEqual(part.notRepeated, ["3 utterances"]);
  }));

Deno.test("rerun() says in one line that a run failed, was interrupted or cannot be limited", () =>
  inTemporaryFolder(async (folder) => {
    await evaluated(folder);
    await assert.rejects(rerun(folder, NONE, silent, going, () => Promise.resolve(3)), (error) => {
      assert.ok(error instanceof NotMeasuredError);
      assert.match(error.message, /^[^\n]*`deno task eval [^\n]*` ended with exit code 3; [^\n]*$/);
      return true;
    });
    const interruption = new AbortController();
    interruption.abort();
    await assert.rejects(rerun(folder, NONE, silent, interruption.signal, () => Promise.resolve(130)), /interrupted/);
    const kernels = join(folder, "kernels");
    await writeKernels(exampleKernels(), kernels);
    await assert.rejects(rerun(kernels, { ...NONE, limit: 2 }, silent, going), UsageError);
  }));

Deno.test("verify --rerun refuses wrong usage", async () => {
  await assert.rejects(run(["--rerun"]), /0 reports given, expected one/);
  await assert.rejects(run(["--rerun", "a", "--limit", "none"]), /--limit: "none" is no whole number/);
  await assert.rejects(run(["--rerun", "a", "--fast"]), UsageError);
});

Deno.test("verify --rerun repeats a small benchmark of kernels for real", () =>
  inTemporaryFolder(async (folder) => {
    const out = join(folder, "kernels");
    const bench = await new Deno.Command("deno", {
      args: ["task", "--quiet", "bench:kernels", "--only", "embedding", "--samples", "1", "--out", out],
      stdout: "null",
      stderr: "null",
    }).output();
    assert.equal(bench.code, 0);
    const { differences, compared, command } = await rerun(out, NONE, silent, going);
    assert.deepEqual(differences, []);
    assert.ok(compared > 1, command);
  }));
