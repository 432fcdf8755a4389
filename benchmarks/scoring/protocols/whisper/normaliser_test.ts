import assert from "node:assert/strict";
import { dataTest } from "../../../../datasets/testing.ts";
import golden from "../../testdata/whisper_english.json" with { type: "json" };
import { wordsOf } from "../words.ts";
import { englishNormaliser } from "./normaliser.ts";
import { SPELLINGS } from "./spelling.ts";

const normalise = englishNormaliser(SPELLINGS);
const withoutSpellings = englishNormaliser(new Map());

Deno.test("englishNormaliser() equals OpenAI's on made-up lines of numbers, contractions and odd signs", () => {
  assert.equal(golden.length, 600);
  for (const [text, normalised] of golden) assert.equal(normalise(text), normalised, JSON.stringify(text));
});

Deno.test("englishNormaliser() keeps the original's quirks", () => {
  const quirks: [string, string][] = [
    ["o'clock", "0 clock"],
    ["and a half", ""],
    ["two and a half", "2.5"],
    ["a day and a half", "a day and a half"],
    ["one", "one"],
    ["minus five dollars", "$5"],
    ["two point million", "2000000"],
    ["archaeology", "archeology</span>"],
    ["Oswald's rifle", "oswald is rifle"],
    ["five.", "5"],
    ["Mr. o", "mister 0"],
    ["hundred and", "100 and"],
    ["double o seven", "007"],
    ["twenty twenty", "2020"],
    ["ninety nine thousand and one", "99001"],
    ["three dollars and seven cents", "$3.07"],
    ["[noise] hello (laughs) um there", " hello there"],
  ];
  for (const [text, normalised] of quirks) {
    assert.equal(normalise(text).trim(), normalised.trim(), text);
  }
});

Deno.test("englishNormaliser() does not lose digits in great numbers", () => {
  assert.equal(normalise("12345678901234567890123"), "12345678901234567890123");
  // Only what stands below the last thousand is multiplied, which is a quirk.
  assert.equal(normalise("12345678901234567890123 thousand"), "12345678901234568013000");
  assert.equal(normalise("1.5 octillion"), "1500000000000000000000000000");
});

Deno.test("SPELLINGS holds OpenAI's 1,739 pairs, and none that npm's package has added or turned round", () => {
  assert.equal(SPELLINGS.size, 1739);
  assert.equal(SPELLINGS.get("colour"), "color");
  assert.equal(SPELLINGS.get("cheque"), "check");
  assert.equal(SPELLINGS.get("gage"), "gauge");
  for (const word of ["gauge", "buses", "glamour", "optimisation", "constructor"]) {
    assert.equal(SPELLINGS.get(word), undefined, word);
  }
});

dataTest("englishNormaliser() equals all lines of whisper_english_normalizer.tsv", async (root) => {
  const text = await Deno.readTextFile(`${root}/scoring/whisper_english_normalizer.tsv`);
  const lines = text.split("\n").filter((line) => line !== "").map((line) => line.split("\t"));
  assert.equal(lines.length, 12_734);
  const different = lines.filter(([raw, normalised]) => normalise(raw) !== normalised);
  assert.deepEqual(different, []);

  // Lines that only the spelling table decides: without it they differ, and word by word the table explains it.
  const decided = lines.filter(([raw, normalised]) => withoutSpellings(raw) !== normalised);
  assert.equal(decided.length, 721);
  const used = new Map<string, number>();
  for (const [raw, normalised] of decided) {
    const words = wordsOf(withoutSpellings(raw));
    assert.deepEqual(words.map((word) => SPELLINGS.get(word) ?? word), wordsOf(normalised), raw);
    for (const word of words.filter((word) => SPELLINGS.has(word))) used.set(word, (used.get(word) ?? 0) + 1);
  }
  const listed = [...used].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([word, count]) =>
    `${word} ${count}`
  );
  console.log(
    `${decided.length} lines are decided by the spelling table alone, by ${used.size} words: ${listed.join(", ")}`,
  );
});
