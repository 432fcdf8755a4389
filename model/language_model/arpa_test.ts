import assert from "node:assert/strict";
import { ConfigError } from "../config.ts";
import { loadArpa, readArpa } from "./arpa.ts";
import { arpaLines, saveArpa } from "./arpa_text.ts";
import { score, scoreSentence, wordOf } from "./ngram.ts";

const testdata = (name: string) => new URL(`testdata/${name}`, import.meta.url).pathname;
const bytes = (text: string) => new TextEncoder().encode(text);

const ARPA = `a comment
\\data\\
ngram 1=6
ngram 2=4
ngram 3=2

\\1-grams:
-99\t<s>\t-0.3
-0.9\t</s>
-0.7\ta\t-0.25
-0.8 b -0.35
-0.6\tc\t-0.15
-1.5\t<unk>

\\2-grams:
-0.4\t<s> a\t-0.2
-0.5\tb c\t-0.1
-0.45\ta a\t-0.12
-1.1\ta </s>

\\3-grams:
-0.2\ta a b
-0.3\t<s> a a

\\end\\
anything
`;

/** log10 of each word and of </s>. */
function wordScores(model: Awaited<ReturnType<typeof readArpa>>, text: string): number[] {
  let state = model.start;
  const words = text === "" ? [] : text.split(" ");
  return [...words.map((word) => wordOf(model, word)), model.end].map((word) => {
    const scored = score(model, state, word);
    state = scored.state;
    return scored.log10;
  });
}

function assertScores(actual: readonly number[], expected: readonly number[], what: string): void {
  assert.equal(actual.length, expected.length, what);
  // KenLM adds in float32.
  actual.forEach((v, i) => assert.ok(Math.abs(v - expected[i]) < 1e-5, `${what}, word ${i}: ${v}, not ${expected[i]}`));
}

Deno.test("score() backs off as computed by hand", async () => {
  const model = await readArpa(bytes(ARPA), "a.arpa");
  assert.equal(model.order, 3);
  // Found whole: <s> a, <s> a a, a a b. Then "a b" is not there (the file was pruned), so c follows "b" alone; and after
  // "b c" there is no </s>, nor after "c".
  assertScores(wordScores(model, "a a b c"), [-0.4, -0.3, -0.2, -0.5, -0.1 - 0.15 - 0.9], "a a b c");
  // b behind <s>: backoff(<s>) + b. Then a behind b, </s> behind a.
  assertScores(wordScores(model, "b a"), [-0.3 - 0.8, -0.35 - 0.7, -1.1], "b a");
  // An unknown word empties the state.
  assertScores(wordScores(model, "a x a"), [-0.4, -0.2 - 0.25 - 1.5, -0.7, -1.1], "a x a");
  // c behind "<s> a": backoff(<s> a), then backoff(a), then c.
  assertScores(wordScores(model, "a c"), [-0.4, -0.2 - 0.25 - 0.6, -0.15 - 0.9], "a c");
  assertScores(wordScores(model, ""), [-0.3 - 0.9], "no words");
});

Deno.test("readArpa() keeps an n-gram whose context was pruned, and gives the context what backing off gives", async () => {
  const text = ARPA.replace("ngram 3=2", "ngram 3=3").replace("-0.2\ta a b", "-0.2\ta a b\n-0.05\tc b a");
  const model = await readArpa(bytes(text), "a.arpa");
  const cb = -0.15 - 0.8;
  assertScores(wordScores(model, "c b a"), [-0.3 - 0.6, cb, -0.05, -1.1], "c b a");
  assertScores(wordScores(model, "c b c"), [-0.3 - 0.6, cb, -0.5, -0.1 - 0.15 - 0.9], "c b c");
});

async function gzip(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return await new Response(ReadableStream.from([data]).pipeThrough(new CompressionStream("gzip"))).bytes();
}

Deno.test("readArpa() reads the same from gzip, from a stream in small pieces and with CRLF", async () => {
  const expected = [...arpaLines(await readArpa(bytes(ARPA), "a.arpa"))].join("");
  const zipped = await gzip(bytes(ARPA));
  const members = [await gzip(bytes(ARPA.slice(0, 200))), await gzip(bytes(ARPA.slice(200)))];
  const pieces = (whole: Uint8Array, size: number) =>
    ReadableStream.from(
      Array.from({ length: Math.ceil(whole.length / size) }, (_, i) => whole.slice(i * size, (i + 1) * size)),
    );
  for (
    const source of [
      zipped,
      pieces(zipped, 1),
      ReadableStream.from(members),
      pieces(bytes(ARPA), 1),
      pieces(bytes(ARPA), 7),
      bytes(ARPA.replaceAll("\n", "\r\n")),
    ]
  ) assert.equal([...arpaLines(await readArpa(source, "a.arpa"))].join(""), expected);
});

Deno.test("score() gives unknown words 10^-100 where a model has no <unk>, and finds capitals", async () => {
  const text = ARPA.replace("-1.5\t<unk>\n", "").replace("ngram 1=6", "ngram 1=5").replaceAll("c", "C").replace(
    "aC",
    "ac",
  );
  const model = await readArpa(bytes(text), "a.arpa");
  assertScores(wordScores(model, "x"), [-0.3 - 100, -0.9], "x");
  assertScores(wordScores(model, "b c").slice(1), [-0.5, -0.1 - 0.15 - 0.9], "b c");
});

const FAULTS: readonly [what: string, text: string, line: number | null, message: RegExp][] = [
  ["a count too high", ARPA.replace("ngram 2=4", "ngram 2=5"), 21, /header counts 5 2-grams, but there are 4/],
  ["a count too low", ARPA.replace("ngram 3=2", "ngram 3=1"), 25, /header counts 1 3-grams, but there are 2/],
  ["no 2-grams", ARPA.replace("\\2-grams:", "\\3-grams:"), 15, /where \\2-grams: should stand/],
  ["a section left out", ARPA.replace(/\\2-grams:[^]*?\\3/, "\\3"), 15, /"\\3-grams:" where \\2-grams: should stand/],
  ["no \\end\\", ARPA.replace(/\\end[^]*/, ""), 25, /ends before \\end\\/],
  ["no \\data\\", "hello\n", 2, /no \\data\\/],
  ["nothing", "", 1, /no \\data\\/],
  ["no counts", "\\data\\\n\\1-grams:\n", 2, /counts no n-grams/],
  ["a count that is none", ARPA.replace("ngram 2=4", "ngram 2=x"), 4, /"ngram 2=x" is not "ngram 2=COUNT"/],
  ["counts out of order", ARPA.replace("ngram 2=4", "ngram 3=4"), 4, /where the count of 2-grams should stand/],
  ["a bad probability", ARPA.replace("-0.7\ta", "-0.7.1\ta"), 10, /"-0.7.1" is not the logarithm of a probability/],
  ["NaN", ARPA.replace("-0.7\ta", "nan\ta"), 10, /"nan" is not/],
  ["a probability over 1", ARPA.replace("-0.5\tb c", "0.5\tb c"), 17, /"0.5" is not the logarithm of a probability/],
  ["a bad weight", ARPA.replace("-0.35", "x"), 11, /"x" is not a back-off weight/],
  ["an infinite weight", ARPA.replace("-0.35", "-inf"), 11, /"-inf" is not a back-off weight/],
  ["a word too few", ARPA.replace("a a b", "a"), 22, /is not a probability, 3 words and perhaps a back-off weight/],
  ["a word too many", ARPA.replace("a a b", "a a b c c"), 22, /is not a probability, 3 words/],
  ["an n-gram twice", ARPA.replace("<s> a a", "a a b"), 23, /"-0.3\ta a b" stands twice/],
  ["a word twice", ARPA.replace("-0.6\tc", "-0.6\ta"), 12, /stands twice/],
  ["a word of no unigram", ARPA.replace("b c", "b d"), 17, /"d" stands in a 2-gram, but not among the 1-grams/],
  ["no <s>", ARPA.replace("-99\t<s>", "-99\ts"), 15, /the 1-grams lack <s>/],
  ["a cut archive", "gzip", null, /cannot be unpacked/],
];

for (const [what, text, line, message] of FAULTS) {
  Deno.test(`readArpa() names file and line for ${what}`, async () => {
    const source = text === "gzip" ? Deno.readFileSync(testdata("kenlm.arpa.gz")).subarray(0, 2000) : bytes(text);
    await assert.rejects(readArpa(source, "dir/x.arpa"), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.ok(error.message.startsWith(line === null ? "dir/x.arpa: " : `dir/x.arpa:${line}: `), error.message);
      assert.match(error.message, message);
      assert.ok(!error.message.includes("\n"));
      return true;
    });
  });
}

Deno.test("loadArpa() says so when there is no such file, and closes one that it gives up", async () => {
  const path = testdata("no.arpa");
  await assert.rejects(loadArpa(path), { name: "ConfigError", message: `${path}: no such language model` });
  const scores = testdata("kenlm_scores.json");
  await assert.rejects(loadArpa(scores), { name: "ConfigError", message: /no \\data\\: this is not an ARPA file$/ });
  const text = testdata("lmplz.txt.gz");
  await assert.rejects(loadArpa(text), { name: "ConfigError", message: /:301: there is no/ });
});

Deno.test("score() equals KenLM's for every word of 60 sentences under a pruned 4-gram model", async () => {
  const model = await loadArpa(testdata("kenlm.arpa.gz"));
  assert.equal(model.order, 4);
  const scores: { text: string; log10: number[] }[] = JSON.parse(Deno.readTextFileSync(testdata("kenlm_scores.json")));
  assert.equal(scores.length, 60);
  for (const { text, log10 } of scores) {
    assertScores(wordScores(model, text), log10, text);
    const total = scoreSentence(model, text.split(" "));
    assert.ok(Math.abs(total - log10.reduce((a, b) => a + b)) < 1e-4, text);
  }
});

Deno.test("saveArpa() writes what loadArpa() reads, to the bit", async () => {
  const model = await loadArpa(testdata("lmplz.arpa.gz"));
  const path = await Deno.makeTempFile({ suffix: ".arpa" });
  try {
    await saveArpa(path, model);
    const again = await loadArpa(path);
    assert.deepEqual(again.log10, model.log10);
    assert.deepEqual(again.backoff, model.backoff);
    assert.deepEqual(again.trie.word.subarray(0, again.trie.count), model.trie.word.subarray(0, model.trie.count));
  } finally {
    await Deno.remove(path);
  }
});
