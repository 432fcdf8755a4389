import assert from "node:assert/strict";
import { run } from "./command.ts";
import { runWithFiles } from "./testing.ts";

const FILES = {
  "ref.tsv": "a\tThe colour of two cats.\nb\tMr. Smith said so\nc\t\n",
  "hyp.tsv": "c\t\nb\tmister smith says\na\tthe color of 2 cats\n",
};
const score = (args: readonly string[], files: Readonly<Record<string, string | Uint8Array>> = FILES) =>
  runWithFiles(run, ["--ref", "{ref.tsv}", "--hyp", "{hyp.tsv}", ...args], files);

Deno.test("score prints a row for each protocol and what the interval rests on", async () => {
  const { code, out, error } = await score([]);
  assert.deepEqual([code, error], [0, ""]);
  assert.match(out, /^protocol +words +correct +sub +del +ins +WER \[95 %\] +CER$/m);
  assert.match(out, /^whisper-en-v1 +9 +7 +1 +1 +0 +22\.22 % \(no interval\) +\d/m);
  assert.match(out, /^raw-v1 +9 +3 +5 +1 +0 +66\.67 % \(no interval\)/m);
  assert.match(out, /^3 utterances\. No interval: /m);
});

Deno.test("score --json prints one object with the record's keys, other protocols within it", async () => {
  const one = JSON.parse((await score(["--json", "--protocol", "raw-v1"])).out);
  const { protocol, utterances, words, correct, substitutions, deletions, insertions, wer, interval } = one;
  assert.deepEqual([protocol, utterances, words, correct], ["raw-v1", 3, 9, 3]);
  assert.deepEqual([substitutions, deletions, insertions, wer, interval], [5, 1, 0, 6 / 9, null]);
  assert.equal(one.others, undefined);
  const both = JSON.parse((await score(["--json"])).out);
  assert.deepEqual([both.protocol, both.wer, both.costs], ["whisper-en-v1", 2 / 9, "unit"]);
  assert.deepEqual(both.others, [one]);
});

Deno.test("score --json has an interval with its level where there are utterances enough", async () => {
  const lines = (text: (i: number) => string) =>
    Array.from({ length: 12 }, (_, i) => `${i % 6}-1-${i}\t${text(i)}\n`).join("");
  const files = {
    "ref.tsv": lines(() => "one two three"),
    "hyp.tsv": lines((i) => i % 4 === 0 ? "one two" : "one two three"),
  };
  const byIds = JSON.parse((await score(["--json"], files)).out);
  assert.deepEqual([byIds.interval_from, byIds.interval_blocks, byIds.interval.level], ["speakers", 6, 0.95]);
  assert.ok(byIds.interval.lower < byIds.wer && byIds.wer < byIds.interval.upper);
  const alone = JSON.parse((await score(["--json", "--speakers", "none"], files)).out);
  assert.deepEqual([alone.interval_from, alone.interval_blocks], ["utterances", 12]);
  const speakers = {
    ...files,
    "who.tsv": Array.from({ length: 12 }, (_, i) => `${i % 6}-1-${i}\tspeaker${i}\n`).join(""),
  };
  const byFile = JSON.parse((await score(["--json", "--speakers", "{who.tsv}"], speakers)).out);
  assert.deepEqual([byFile.interval_from, byFile.interval_blocks], ["speakers", 12]);
});

Deno.test("score --errors lists the most frequent errors", async () => {
  const { out } = await score(["--protocol", "whisper-en-v1", "--errors", "3"]);
  assert.match(out, /^Most frequent errors under whisper-en-v1$/m);
  assert.match(out, /^so → says +1$/m);
  assert.match(out, /^said +1$/m);
  const json = JSON.parse((await score(["--protocol", "whisper-en-v1", "--errors", "3", "--json"])).out);
  assert.deepEqual(json.errors.deletions, [{ word: "said", count: 1 }]);
});

Deno.test("score --costs sclite counts as sclite does", async () => {
  const files = { "ref.tsv": "a\ta b c d e f x y\n", "hyp.tsv": "a\tf x y g h i j k\n" };
  const counts = async (args: readonly string[]) => {
    const { substitutions, deletions, insertions } = JSON.parse((await score(["--json", ...args], files)).out);
    return [substitutions, deletions, insertions];
  };
  assert.deepEqual(await counts(["--protocol", "raw-v1"]), [8, 0, 0]);
  assert.deepEqual(await counts(["--protocol", "raw-v1", "--costs", "sclite"]), [0, 5, 5]);
});

const LATIN1 = Uint8Array.from("a\tx\nb\tna\xefve\n", (sign) => sign.charCodeAt(0));
for (
  const [what, files, message] of [
    ["an id is missing", { ...FILES, "hyp.tsv": "a\tx\nb\ty\n" }, /^hyp\.tsv: no line for c \(ref\.tsv:3\); /],
    ["an id is unknown", { ...FILES, "hyp.tsv": `${FILES["hyp.tsv"]}d\tx\n` }, /^hyp\.tsv:4: unknown id d; /],
    ["an id is doubled", { ...FILES, "ref.tsv": `${FILES["ref.tsv"]}a\tx\n` }, /^ref\.tsv:4: id a stands in line 1/],
    ["there is no tab", { ...FILES, "hyp.tsv": "a x\n" }, /^hyp\.tsv:1: no tab in "a x"; /],
    ["a line is empty", { ...FILES, "hyp.tsv": "a\tx\n\nb\ty\n" }, /^hyp\.tsv:2: empty line; /],
    ["the encoding is another", { ...FILES, "hyp.tsv": LATIN1 }, /^hyp\.tsv:2: is not UTF-8; /],
    ["a file is empty", { ...FILES, "ref.tsv": "" }, /^ref\.tsv: is empty; /],
    ["a file is missing", { "ref.tsv": FILES["ref.tsv"] }, /^hyp\.tsv: no such file; /],
  ] as const
) {
  Deno.test(`score ends with one line and exit code 3 when ${what}`, async () => {
    const { code, out, error } = await score([], files);
    assert.deepEqual([code, out], [3, ""]);
    assert.match(error, message);
    assert.ok(!error.includes("\n"), error);
  });
}

Deno.test("score refuses a command line that makes no sense, and helps", async () => {
  for (
    const [args, message] of [
      [["--protocol", "raw"], /^--protocol: "raw" is not known; choose from whisper-en-v1, raw-v1, gigaspeech-v1$/],
      [["--hyp", "{hyp.tsv}"], /^--hyp: given twice; score takes one, compare takes two$/],
      [["--errors", "-1"], /^--errors: "-1" is no whole number/],
      [["--costs", "free"], /^--costs: "free" is not known/],
      [["--speakers", ""], /^--speakers: no file given$/],
      [["more"], /^Unexpected argument 'more'/],
    ] as const
  ) {
    const { code, error } = await score(args);
    assert.equal(code, 3, args.join(" "));
    assert.match(error, message);
  }
  const bare = await runWithFiles(run, []);
  assert.deepEqual([bare.code, bare.error], [3, "--ref: no file given; see --help"]);
  const help = await runWithFiles(run, ["--help"]);
  assert.equal(help.code, 0);
  assert.match(help.out, /^Usage: deno task score --ref FILE --hyp FILE/);
});
