import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import { NotMeasuredError, UsageError } from "./benchmarks/harness/errors.ts";
import { type Command, COMMANDS, main } from "./cli.ts";
import { InputError } from "./datasets/errors.ts";
import { GpuError } from "./kernels/gpu/mod.ts";

/** Runs a command line against one command, `test`, and gives what came of it. */
async function samba(args: string[], run: (args: string[]) => number | Promise<number> = () => 0) {
  const out: string[] = [];
  const error: string[] = [];
  const test: Command = {
    summary: "does what the test says",
    load: () => Promise.resolve({ run: async (args) => await run(args) }),
  };
  const streams = { out: (text: string) => out.push(text), error: (text: string) => error.push(text) };
  const code = await main(args, { test, "bench:kernels": test }, streams);
  return { code, out: out.join("\n"), error: error.join("\n") };
}

Deno.test("main() passes the arguments on and answers with the command's exit code", async () => {
  let seen: string[] = [];
  const { code, error } = await samba(["test", "a", "--b", "--verbose"], (args) => {
    seen = args;
    return 1;
  });
  assert.deepEqual([code, error, seen], [1, "", ["a", "--b"]]);
});

Deno.test("main() lists every command with --help", async () => {
  const { code, out } = await samba(["--help"]);
  assert.equal(code, 0);
  assert.match(out, /^ {2}test +does what the test says$/m);
  assert.match(out, /^ {2}bench:kernels /m);
});

Deno.test("main() without a command prints the list as an error", async () => {
  const { code, out, error } = await samba([]);
  assert.deepEqual([code, out], [3, ""]);
  assert.match(error, /^ {2}test /m);
});

Deno.test("main() names the nearest command when there is none of that name", async () => {
  for (const [typed, meant] of [["tset", "test"], ["bench:kernel", "bench:kernels"], ["kernels", "bench:kernels"]]) {
    const { code, error } = await samba([typed]);
    assert.equal(code, 3);
    assert.equal(error, `no command ${typed}: did you mean ${meant}? (--help lists all)`);
  }
  assert.equal((await samba(["toString"])).code, 3);
});

Deno.test("main() turns an error that a command foresaw into its line and exit code", async () => {
  const errors: [Error, number][] = [
    [new UsageError("--minutes: x is no number"), 3],
    [new InputError("a.wav: is empty"), 3],
    [new GpuError("no-adapter", "no WebGPU adapter\nmore"), 2],
    [new NotMeasuredError("nothing was measured"), 2],
    [Object.assign(new Error("the config does not fit"), { exitCode: 3 }), 3],
  ];
  for (const [thrown, code] of errors) {
    const result = await samba(["test"], () => {
      throw thrown;
    });
    assert.deepEqual([result.code, result.error], [code, thrown.message.split("\n")[0]]);
  }
});

Deno.test("main() takes a wrong option for wrong usage", async () => {
  const { code, error } = await samba(["test", "--nonsense"], (args) => {
    parseArgs({ args, options: {} });
    return 0;
  });
  assert.equal(code, 3);
  assert.equal(error, "Unknown option '--nonsense'; see --help");
});

Deno.test("main() takes a missing permission for wrong usage", async () => {
  const { code, error } = await samba(["test"], () => {
    throw new Deno.errors.NotCapable('Requires write access to "/x", run again with the --allow-write flag');
  });
  assert.deepEqual([code, error], [
    3,
    'test needs permissions: run it as `deno task test` (Requires write access to "/x")',
  ]);
});

Deno.test("main() says of any other error that it was unexpected, and where it arose only with --verbose", async () => {
  const fail = () => {
    throw new TypeError("x is not a function");
  };
  const plain = await samba(["test"], fail);
  assert.deepEqual(
    [plain.code, plain.error],
    [2, "unexpected: TypeError: x is not a function (--verbose prints where)"],
  );
  const verbose = await samba(["test", "--verbose"], fail);
  assert.match(verbose.error, /^unexpected: .*\nTypeError: x is not a function\n {4}at .*cli_test\.ts/);
});

for (const [name, command] of Object.entries(COMMANDS)) {
  Deno.test(`${name} is a module with run(), and answers --help with 0`, async () => {
    const { run } = await command.load();
    const printed: unknown[] = [];
    const log = console.log;
    console.log = (text) => printed.push(text);
    try {
      assert.equal(await run(["--help"]), 0);
    } finally {
      console.log = log;
    }
    assert.match(printed.join("\n"), new RegExp(`^Usage: deno task ${name} `));
  });
}
