import assert from "node:assert/strict";
import { UsageError } from "./errors.ts";
import { FLAG, listOf, oneOf, parsedArguments, pathOf, positive, TEXT, whole } from "./arguments.ts";

Deno.test("parsedArguments() gives options and positionals, a negative number to the option before it", () => {
  const { values, positionals } = parsedArguments(["a", "--seed", "-1", "--json"], { seed: TEXT, json: FLAG }, true);
  assert.deepEqual({ ...values }, { seed: "-1", json: true });
  assert.deepEqual(positionals, ["a"]);
});

Deno.test("parsedArguments() says in one line what is unknown, missing or too much", () => {
  const failure = (args: string[]) => {
    try {
      parsedArguments(args, { seed: TEXT, json: FLAG });
    } catch (error) {
      assert.ok(error instanceof UsageError);
      return error.message;
    }
    throw new Error("no error");
  };
  assert.match(failure(["--speed"]), /^Unknown option '--speed'; see --help$/);
  assert.equal(failure(["--seed"]), "--seed: no value given; see --help");
  assert.match(failure(["a"]), /^Unexpected argument 'a'.*; see --help$/);
  assert.match(failure(["--json=yes"]), /--json.*; see --help$/);
});

Deno.test("whole(), positive(), oneOf() and pathOf() take what fits and name the option of what does not", () => {
  assert.equal(whole("n", "12", 1, 12), 12);
  for (const text of ["0", "13", "1.5", "0x1", "1e1", "", "-1"]) {
    assert.throws(() => whole("n", text, 1, 12), /^UsageError: --n: ".*" is no whole number from 1 to 12$/);
  }
  assert.equal(positive("s", ".5", 1), 0.5);
  for (const text of ["0", "1.1", "Infinity", "NaN"]) assert.throws(() => positive("s", text, 1), /--s: .* up to 1$/);
  assert.equal(oneOf("gpu", "dawn", ["deno", "dawn"]), "dawn");
  assert.throws(() => oneOf("gpu", "x", ["deno", "dawn"]), /--gpu: "x" is not known; choose from deno, dawn/);
  assert.equal(pathOf("out", undefined), undefined);
  assert.throws(() => pathOf("lm", "", "file"), /--lm: no file given/);
  assert.deepEqual(listOf(" 1, 2", Number), [1, 2]);
});
