import assert from "node:assert/strict";
import { UsageError } from "../harness/errors.ts";
import { parseEvalOptions } from "./options.ts";

const ENGINE = ["--engine", "command", "--command", "asr {wav}"];
const parse = (...args: string[]) => parseEvalOptions([...args, ...ENGINE], "/data")!;

Deno.test("parseEvalOptions() names the folder after set, engine and shard, and takes the data root of the environment", () => {
  const options = parse("an4", "--shard", "2/8", "--limit", "5");
  assert.equal(options.out, "results/eval/an4-command-2-of-8");
  assert.deepEqual(options.shard, { index: 2, of: 8 });
  assert.deepEqual([options.limit, options.dataRoot, options.download], [5, "/data", true]);
  assert.equal(parse("an4", "--data-root", "here").dataRoot, "here");
  assert.equal(parseEvalOptions(["-h"], undefined), null);
});

Deno.test("parseEvalOptions() says in one line what is wrong", () => {
  for (
    const [args, pattern] of [
      [[], /^no data set given/],
      [["an4", "gigaspeech"], /^2 data sets given, expected one: an4, gigaspeech$/],
      [["an4", "--shard", "0/8"], /^--shard: "0\/8" is no I\/N/],
      [["an4", "--shard", "9/8"], /^--shard/],
      [["an4", "--shard", "1"], /^--shard/],
      [["an4", "--limit", "0"], /^--limit/],
      [["an4", "--resume", "--overwrite"], /contradict/],
      [["an4", "--sped"], /^Unknown option '--sped'/],
    ] as const
  ) {
    assert.throws(() => parse(...args), (error: Error) => error instanceof UsageError && pattern.test(error.message));
  }
});
