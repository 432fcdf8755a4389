import assert from "node:assert/strict";
import { UsageError } from "../harness/errors.ts";
import { parseDatasetsOptions } from "./options.ts";
import type { SpeechOptions } from "./speech_options.ts";

const parse = (...args: string[]): SpeechOptions | null | undefined =>
  parseDatasetsOptions(args, { dataRoot: "/d" })?.speech;
const GET = ["get", "synthetic-speech"];

Deno.test("parseDatasetsOptions() takes what synthesised speech is to be made of, and for no other set", () => {
  assert.deepEqual(parse(...GET, "--grammar", "an4", "--hours", "2.5"), {
    source: { grammar: "an4" },
    hours: 2.5,
    seed: 1,
    out: "/d/synthetic-speech",
  });
  assert.deepEqual(parse(...GET, "--text", "/t", "--hours", "1", "--seed", "0", "--out", "/o"), {
    source: { text: "/t" },
    hours: 1,
    seed: 0,
    out: "/o",
  });
  assert.equal(parse("get", "an4"), null);
  assert.equal(parse("check", "synthetic-speech"), null);
});

Deno.test("parseDatasetsOptions() says in a line what is wrong with an order of speech", () => {
  const an4 = [...GET, "--grammar", "an4"];
  const wrong: [string[], RegExp][] = [
    [GET, /give either --text FILE or --grammar an4/],
    [[...an4, "--text", "/t", "--hours", "1"], /give either/],
    [an4, /how much\? --hours N/],
    [[...an4, "--hours", "0"], /--hours: "0" is no number above 0/],
    [[...an4, "--hours", "-1"], /--hours: "-1"/],
    [[...an4, "--hours", "10001"], /up to 10000/],
    [[...an4, "--hours", "1", "--seed", "4294967296"], /--seed/],
    [[...an4, "--hours", "1", "--out", ""], /--out: no folder given/],
    [[...GET, "--text", "", "--hours", "1"], /--text: no file given/],
    [[...GET, "--grammar", "an5", "--hours", "1"], /"an5" is not known; choose from an4/],
    [["get", "an4", "--hours", "1"], /--hours: belongs to datasets get synthetic-speech/],
    [["list", "--seed", "1"], /--seed: belongs to/],
  ];
  for (const [args, message] of wrong) assert.throws(() => parse(...args), { name: UsageError.name, message });
});
