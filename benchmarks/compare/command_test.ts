import assert from "node:assert/strict";
import { runWithFiles } from "../score/testing.ts";
import { run } from "./command.ts";

const REFERENCE = "one two three four five six seven eight";
const lines = (text: (i: number) => string) =>
  Array.from({ length: 40 }, (_, i) => `${i % 7}-1-${i}\t${text(i)}\n`).join("");
const FILES = {
  "ref.tsv": lines(() => REFERENCE),
  "good.tsv": lines((i) => i % 10 === 0 ? REFERENCE.replace("four", "for") : REFERENCE),
  "bad.tsv": lines((i) => i % 2 === 0 ? REFERENCE.replace("four five", "for fife") : REFERENCE),
};
const compare = (args: readonly string[], files: Readonly<Record<string, string>> = FILES) =>
  runWithFiles(run, ["--ref", "{ref.tsv}", "--protocol", "raw-v1", ...args], files);

Deno.test("compare prints both rates, the difference with its interval, the test, and what they come to", async () => {
  const { code, out, error } = await compare(["--hyp", "{bad.tsv}", "--hyp", "{good.tsv}"]);
  assert.deepEqual([code, error], [0, ""]);
  assert.match(out, /^Under raw-v1$/m);
  assert.match(out, /^A +\S+bad\.tsv +320 +40 +0 +0 +12\.50 % \[/m);
  assert.match(out, /^B +\S+good\.tsv +320 +4 +0 +0 +1\.25 % \[/m);
  assert.match(out, /^A - B: \+11\.25 points \(95 % interval \+\d+\.\d\d to \+\d+\.\d\d\)$/m);
  assert.match(out, /^MAPSSWE: 20 segments, mean difference 1\.800 errors, deviation 0\.410, z 19\.\d+, p < 0\.001$/m);
  assert.match(out, /^B makes significantly fewer errors \(p < 0\.001\)/m);
});

Deno.test("compare tells the better system whichever comes first", async () => {
  const { out } = await compare(["--hyp", "{good.tsv}", "--hyp", "{bad.tsv}"]);
  assert.match(out, /^A - B: -11\.25 points/m);
  assert.match(out, /^A makes significantly fewer errors/m);
});

Deno.test("compare says so where speakers differ too much to tell what the test takes for certain", async () => {
  // Every other of eight speakers is misheard in each utterance: many segments, few speakers.
  const eight = Object.entries(FILES).map((
    [name, text],
  ) => [name, text.replace(/^\d(-1-(\d+))/gm, (_, rest, i) => `${i % 8}${rest}`)]);
  const { out } = await compare(["--hyp", "{bad.tsv}", "--hyp", "{good.tsv}"], Object.fromEntries(eight));
  assert.match(
    out,
    /^B makes significantly fewer errors .* the interval holds 0: other speakers may decide otherwise\.$/m,
  );
});

Deno.test("compare finds no difference between a system and itself", async () => {
  const { out } = await compare(["--hyp", "{bad.tsv}", "--hyp", "{bad.tsv}"]);
  assert.match(out, /^A - B: \+0\.00 points \(95 % interval \+0\.00 to \+0\.00\)$/m);
  assert.match(out, /p = 1\.00$/m);
  assert.match(out, /^No significant difference/m);
});

Deno.test("compare --json prints one object", async () => {
  const { out } = await compare(["--hyp", "{bad.tsv}", "--hyp", "{good.tsv}", "--json"]);
  const { protocol, a, b, difference, mapsswe } = JSON.parse(out);
  assert.deepEqual([protocol, a.wer, b.wer], ["raw-v1", 0.125, 0.0125]);
  assert.match(a.file, /bad\.tsv$/);
  assert.ok(difference.interval.lower < difference.wer && difference.wer < difference.interval.upper);
  assert.deepEqual([difference.interval_from, mapsswe.segments], ["speakers", 20]);
  assert.ok(mapsswe.p < 1e-10);
});

Deno.test("compare ends with one line and exit code 3 when a file is wrong or there are not two", async () => {
  const broken = await compare(["--hyp", "{good.tsv}", "--hyp", "{bad.tsv}"], { ...FILES, "bad.tsv": "0-1-0 x\n" });
  assert.equal(broken.code, 3);
  assert.match(broken.error, /^bad\.tsv:1: no tab in /);
  for (const hypotheses of [[], ["--hyp", "{good.tsv}"], ["a", "b", "c"].flatMap((name) => ["--hyp", name])]) {
    const { code, error } = await compare(hypotheses);
    assert.equal(code, 3);
    assert.match(error, /^--hyp: \d given, compare takes two; see --help$/);
  }
  const help = await runWithFiles(run, ["--help"]);
  assert.match(help.out, /^Usage: deno task compare /);
});
