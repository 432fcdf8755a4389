import assert from "node:assert/strict";
import { exampleEval } from "../../reports/example_eval.ts";
import { exampleKernels } from "../../reports/example_kernels.ts";
import { exampleReport } from "../../reports/example_report.ts";
import { exampleTraining } from "../../reports/example_training.ts";
import type { Report } from "../../reports/read.ts";
import { commandLine } from "../harness/environment.ts";
import { UsageError } from "../harness/errors.ts";
import { type Overrides, repeatedCommand, shellWords } from "./recorded_command.ts";

const NONE: Overrides = { limit: null, dataRoot: null, weights: null };

function withCommand<R extends Report>(report: R, command: string): R {
  report.environment.command = command;
  return report;
}

Deno.test("shellWords() takes apart what commandLine() put together", () => {
  const words = ["deno", "my results", "it's", "", "a=b,c", "'", "x'y z'"];
  assert.deepEqual(shellWords(commandLine(words[0], words.slice(1))), words);
  assert.deepEqual(shellWords(commandLine("deno", [], { SAMBA_DATA: "/a b" })), ["SAMBA_DATA=/a b", "deno"]);
});

Deno.test("repeatedCommand() keeps what was asked for, and drops where results went and how often it was timed", () => {
  const scaling = withCommand(
    exampleReport(),
    "SAMBA_DATA='/a b' deno task bench:scaling --minutes 5,10 --repeats 30 --resume --out='/tmp/my results' --seed 3",
  );
  assert.deepEqual(repeatedCommand(scaling, NONE, "/tmp/x"), {
    task: "bench:scaling",
    args: ["--minutes", "5,10", "--seed", "3", "--repeats", "1", "--out", "/tmp/x"],
    env: { SAMBA_DATA: "/a b" },
  });
  const evaluation = withCommand(
    exampleEval().report,
    "deno task eval an4 --engine samba --weights a/b --shard 1/4 --limit=50 --overwrite --out o --json",
  );
  const overrides = { limit: 8, dataRoot: "/data", weights: null };
  assert.deepEqual(repeatedCommand(evaluation, overrides, "t").args, [
    ...["an4", "--engine", "samba", "--weights", "a/b", "--limit", "8", "--data-root", "/data", "--out", "t"],
  ]);
  const { args } = repeatedCommand(evaluation, { ...NONE, weights: "c" }, "t");
  assert.deepEqual(args, ["an4", "--engine", "samba", "--limit=50", "--weights", "c", "--out", "t"]);
  // The last step's loss hangs on how many there were.
  const training = withCommand(exampleTraining(), "deno task bench:training --repeats 5 --steps 3");
  assert.deepEqual(repeatedCommand(training, NONE, "t").args, ["--repeats", "5", "--steps", "3", "--out", "t"]);
  assert.deepEqual(repeatedCommand(exampleKernels(), NONE, "t").args, ["--samples", "1", "--out", "t"]);
});

Deno.test("repeatedCommand() refuses a command of another kind, and a program that the report names", () => {
  for (
    const command of ["rm -rf /", "deno task bench:kernels", "deno task eval an4 --engine command --command 'x {wav}'"]
  ) {
    assert.throws(() => repeatedCommand(withCommand(exampleEval().report, command), NONE, "t"), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, /^environment\.command: [^\n]*$/);
      return true;
    });
  }
});
