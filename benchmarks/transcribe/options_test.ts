import assert from "node:assert/strict";
import { UsageError } from "../harness/errors.ts";
import { parseTranscribeOptions } from "./options.ts";

const ENGINE = ["--engine", "whisper", "--weights", "w"];
const parse = (...args: string[]) => parseTranscribeOptions([...args, ...ENGINE], undefined);

Deno.test("parseTranscribeOptions() takes files, a format and an engine", () => {
  const options = parse("a.wav", "-", "--json", "--times");
  assert.deepEqual(options?.files, ["a.wav", "-"]);
  assert.deepEqual([options.format, options.times, options.out, options.engine.engine], [
    "json",
    true,
    null,
    "whisper",
  ]);
  assert.deepEqual([parse("a.wav")?.format, parse("a.wav")?.times, parse("a.wav", "--vtt")?.times], [
    "text",
    false,
    true,
  ]);
  assert.equal(parseTranscribeOptions(["--help"], undefined), null);
});

Deno.test("parseTranscribeOptions() says in one line what is wrong", () => {
  for (
    const [args, pattern] of [
      [[], /^no recording given/],
      [["-", "-"], /standard input can be read once/],
      [["a.wav", "--json", "--srt"], /^--json and --srt: choose one$/],
      [["a.wav", "b.wav", "--srt"], /give a folder with --out$/],
      [["a.wav", "--times"], /^--times: text has none/],
      [["a.wav", "--out", ""], /^--out: no folder given$/],
      [["a.wav", "--threads", "0"], /^--threads: "0" is no whole number/],
    ] as const
  ) {
    assert.throws(() => parse(...args), (error: Error) => error instanceof UsageError && pattern.test(error.message));
  }
});
