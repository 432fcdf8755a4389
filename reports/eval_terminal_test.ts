import assert from "node:assert/strict";
import { evalSummary } from "./eval_terminal.ts";
import { exampleEval, exampleUtterances } from "./example_eval.ts";

Deno.test("evalSummary() says what was evaluated before rates, speed and memory", () => {
  const lines = evalSummary(exampleEval().report).split("\n");
  assert.deepEqual(lines.slice(0, 3), [
    "librispeech-other (test-other) by whisper (whisper-base)",
    "12 of 2,939 utterances: a part, not the test set",
    "",
  ]);
  assert.match(lines[3], /^protocol +WER \[95 %\] {2}sub {2}del {2}ins {2}words$/);
  assert.match(lines[4], /^raw-v1 +48\.28 % \[\d+\.\d\d, \d+\.\d\d\] {4}5 {4}7 {4}2 {5}29$/);
  assert.match(lines[5], /^whisper-en-v1 +34\.48 % \[.*\] {4}2 {4}6 {4}2 {5}29$/);
  assert.deepEqual(lines.slice(6), [
    "",
    "RTFx 4.00: 20.0 s of audio in 5.00 s; loaded in 1.25 s",
    "peak memory 640 MiB (maxRSS)",
    "2 of 12 utterances could not be transcribed; their words count as deletions",
  ]);
});

Deno.test("evalSummary() leaves out what there is not, and says that a run was interrupted", () => {
  const memory = { ledger_peak_bytes: null, outside_peak_bytes: null, outside_source: null };
  const { report } = exampleEval((header, facts) => {
    header.dataset.expected.utterances = 1;
    Object.assign(facts, { memory });
  }, exampleUtterances().slice(0, 1));
  const summary = evalSummary(report);
  assert.match(summary, /\nall 1 utterances\n/);
  assert.match(summary, /\nprotocol +WER {2}sub[^]*\nraw-v1 +0\.00 % \(no interval\)/);
  assert.doesNotMatch(summary, /memory|could not be transcribed|interrupted/);
  assert.match(evalSummary({ ...report, interrupted: true }), /\nall 1 utterances \(interrupted\)\n/);
});
