import assert from "node:assert/strict";
import { deriveEval, protocolsFor } from "./eval_derive.ts";
import { evalReport, type EvalUtterance } from "./eval_schema.ts";
import { exampleEval, exampleFacts, exampleHeader, exampleUtterances } from "./example_eval.ts";

const facts = exampleFacts("");

Deno.test("deriveEval() counts what one counts by hand, under each protocol", () => {
  const [raw, whisper, ...others] = exampleEval().report.scores;
  const counts = ({ protocol, words, correct, substitutions, deletions, insertions }: typeof raw) =>
    [protocol, words, correct, substitutions, deletions, insertions] as const;
  // As it stands "GRAY DAY." is twice wrong, and "IT'S" is one word for two.
  assert.deepEqual(counts(raw), ["raw-v1", 29, 17, 5, 7, 2]);
  assert.deepEqual(counts(whisper), ["whisper-en-v1", 29, 21, 2, 6, 2]);
  assert.deepEqual([raw.wer, whisper.wer], [14 / 29, 10 / 29]);
  assert.deepEqual([whisper.interval_from, whisper.interval_blocks], ["speakers", 6]);
  assert.ok(whisper.interval!.lower < 10 / 29 && 10 / 29 < whisper.interval!.upper);
  assert.deepEqual(others, []);
});

Deno.test("deriveEval() names the most frequent errors under whisper-en-v1", () => {
  const { errors } = exampleEval().report;
  assert.deepEqual(errors.substitutions, [{ reference: "apple", hypothesis: "apples", count: 2 }]);
  assert.deepEqual(errors.deletions.map(({ word }) => word), ["go", "here", "now", "on", "stay", "world"]);
  assert.deepEqual(errors.insertions, [{ word: "more", count: 1 }, { word: "sir", count: 1 }]);
  const words = Array.from({ length: 30 }, (_, i) => "x".repeat(i + 2));
  const [first] = exampleUtterances();
  const long = exampleEval(() => {}, [{ ...first, reference: words.join(" "), hypothesis: "" } as EvalUtterance]);
  assert.equal(long.report.errors.deletions.length, 20);
});

Deno.test("deriveEval() takes speed from what was transcribed, and lists what was not", () => {
  const { report } = exampleEval();
  assert.deepEqual(report.rtfx, { audio_seconds: 20, processing_seconds: 5, value: 4 });
  assert.deepEqual(report.bad.map(({ id, status }) => [id, status]), [["1002-4", "bad-audio"], ["1002-5", "failed"]]);
  assert.match(report.bad[0].reason, /not FLAC/);
});

Deno.test("deriveEval() leaves bad utterances out of the scores, and of nothing else, with skip_bad", () => {
  const { report } = exampleEval((header) => header.skip_bad = true);
  const { utterances, words, deletions, wer } = report.scores[1];
  assert.deepEqual([utterances, words, deletions, wer], [10, 24, 1, 5 / 24]);
  assert.deepEqual([report.dataset.evaluated, report.bad.length, report.utterances.count], [12, 2, 12]);
});

Deno.test("deriveEval() of shards put together, in any order, equals that of one run", () => {
  const utterances = exampleUtterances().map((line, i) => ({ ...line, processing_seconds: 0.1 * (i + 1) }));
  const whole = deriveEval(exampleHeader(), utterances, facts);
  for (const  of of[2, 3, 5]) {
    const shards = Array.from({ length: of }, (_, shard) => utterances.filter(({ index }) => index % of === shard));
    assert.deepEqual(deriveEval(exampleHeader(), shards.flat(), facts), whole);
    assert.deepEqual(deriveEval(exampleHeader(), shards.reverse().flat(), facts), whole);
  }
});

Deno.test("deriveEval() scores gigaspeech by its own rules too", () => {
  assert.deepEqual(protocolsFor("an4").map(({ name }) => name), ["raw-v1", "whisper-en-v1"]);
  const [first, second] = exampleUtterances();
  const { report } = exampleEval(({ dataset }) => dataset.id = "gigaspeech", [
    { ...first, reference: "THE CAT <COMMA> UH SAT <PERIOD>" },
    { ...second, reference: "<MUSIC>" },
  ]);
  const giga = report.scores[2];
  assert.deepEqual([giga.protocol, giga.utterances, giga.excluded, giga.words, giga.wer], [
    "gigaspeech-v1",
    1,
    1,
    3,
    0,
  ]);
});

Deno.test("deriveEval() has no rate, interval or speed where there is nothing to tell them from", () => {
  const none = exampleEval((_, facts) => Object.assign(facts, { interrupted: true }), []).report;
  assert.deepEqual([none.scores[0].wer, none.scores[0].interval, none.rtfx.value], [null, null, null]);
  const bad = exampleEval(() => {}, exampleUtterances().filter(({ status }) => status !== "ok")).report;
  assert.deepEqual([bad.scores[1].wer, bad.scores[1].interval, bad.rtfx.value], [1, null, null]);
  // The found count of an empty corpus is no valid one; all else of the report is.
  for (const report of [{ ...none, dataset: { ...none.dataset, found: 1 } }, bad]) evalReport.parse(report);
});

Deno.test("deriveEval() refuses utterances that come twice", () => {
  const utterances = exampleUtterances();
  const twice = (line: EvalUtterance) => () => deriveEval(exampleHeader(), [...utterances, line], facts);
  assert.throws(twice({ ...utterances[3], index: 12 }), /utterance 1001-3 comes twice/);
  assert.throws(twice({ ...utterances[3], id: "new" }), /index 3 comes twice/);
});
