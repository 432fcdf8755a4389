import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { InputError } from "./errors.ts";
import { evalMarkdown } from "./eval_markdown.ts";
import type { EvalJournalHeader, EvalReport, EvalUtterance } from "./eval_schema.ts";
import { verifyEval } from "./eval_verify.ts";
import { exampleEval, exampleHeader, exampleJournal, exampleUtterances } from "./example_eval.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Where verification finds differences in `report` beside `journal`. */
function places(report: EvalReport, journal: string): string[] {
  return verifyEval(report, encode(journal), "utterances.jsonl", null).differences.map(({ where }) => where);
}

/** Where verification finds differences after `change` of the report alone. */
function caught(change: (report: EvalReport) => void): string[] {
  const { report, journal } = exampleEval();
  change(report);
  return places(report, journal);
}

/** The same after `change` of the journal alone, with the hash of the report made to fit, as a forger would. */
function caughtInJournal(
  change: (utterances: EvalUtterance[], header: EvalJournalHeader) => void,
  facts: Partial<EvalReport> = {},
): string[] {
  const { report } = exampleEval((_, known) => Object.assign(known, facts));
  const utterances = exampleUtterances();
  const header = exampleHeader();
  change(utterances, header);
  const journal = exampleJournal(header, utterances);
  report.utterances.sha256 = createHash("sha256").update(journal).digest("hex");
  return places(report, journal);
}

const up = (value: number | null): number => value! * (1 + 2 ** -51);

Deno.test("verifyEval() finds nothing in an honest report, also after a passage through JSON", () => {
  for (const change of [() => {}, (header: EvalJournalHeader) => header.skip_bad = true]) {
    const { report, journal } = exampleEval(change);
    const copy: EvalReport = JSON.parse(JSON.stringify(report));
    for (const one of [report, copy]) {
      assert.deepEqual(verifyEval(one, encode(journal), "a", evalMarkdown(report)).differences, []);
    }
  }
});

Deno.test("verifyEval() catches every count and rate of every score", () => {
  const counts = ["utterances", "excluded", "words", "correct", "substitutions", "deletions", "insertions"] as const;
  for (const index of [0, 1]) {
    for (const key of [...counts, "interval_blocks", "characters", "character_errors"] as const) {
      assert.deepEqual(caught(({ scores }) => scores[index][key]++), [`scores[${index}].${key}`]);
    }
    for (const key of ["wer", "cer"] as const) {
      assert.deepEqual(caught(({ scores }) => scores[index][key] = up(scores[index][key])), [
        `scores[${index}].${key}`,
      ]);
      assert.deepEqual(caught(({ scores }) => scores[index][key] = null), [`scores[${index}].${key}`]);
    }
    for (const key of ["lower", "upper", "level"] as const) {
      assert.deepEqual(caught(({ scores }) => scores[index].interval![key] += 1e-8), [
        `scores[${index}].interval.${key}`,
      ]);
    }
    assert.deepEqual(caught(({ scores }) => scores[index].interval = null), [`scores[${index}].interval`]);
    assert.deepEqual(caught(({ scores }) => scores[index].interval_from = "utterances"), [
      `scores[${index}].interval_from`,
    ]);
  }
  assert.deepEqual(caught(({ scores }) => scores[0].protocol = "raw-v2"), ["scores[0].protocol"]);
  assert.deepEqual(caught(({ scores }) => scores.pop()), ["scores.length"]);
});

Deno.test("verifyEval() catches speed, errors, bad utterances and counts that do not follow", () => {
  assert.deepEqual(caught(({ rtfx }) => rtfx.value = up(rtfx.value)), ["rtfx.value"]);
  assert.deepEqual(caught(({ rtfx }) => rtfx.audio_seconds = up(rtfx.audio_seconds)), ["rtfx.audio_seconds"]);
  assert.deepEqual(caught(({ rtfx }) => rtfx.processing_seconds /= 2), ["rtfx.processing_seconds"]);
  assert.deepEqual(caught(({ errors }) => errors.substitutions[0].count++), ["errors.substitutions[0].count"]);
  assert.deepEqual(caught(({ errors }) => errors.deletions[2].word = "then"), ["errors.deletions[2].word"]);
  assert.deepEqual(caught(({ errors }) => errors.insertions.pop()), ["errors.insertions.length"]);
  assert.deepEqual(caught(({ bad }) => bad.pop()), ["bad.length"]);
  assert.deepEqual(caught(({ bad }) => bad[0].reason = "none"), ["bad[0].reason"]);
  assert.deepEqual(caught(({ utterances }) => utterances.count++), ["utterances.count"]);
  assert.deepEqual(caught(({ utterances }) => utterances.sha256 = "0".repeat(64)), ["utterances.sha256"]);
  assert.deepEqual(caught(({ dataset }) => dataset.evaluated = 11), ["dataset.evaluated", "dataset.evaluated"]);
});

Deno.test("verifyEval() catches an engine, a data set or a task that is not the journal's", () => {
  assert.deepEqual(caught(({ engine }) => engine.engine = "samba"), ["engine.engine"]);
  assert.deepEqual(caught(({ engine }) => engine.weights!.sha256 = "f".repeat(64)), ["engine.weights.sha256"]);
  assert.deepEqual(caught(({ engine }) => engine.settings.beams = 8), ["engine.settings.beams"]);
  assert.deepEqual(caught(({ engine }) => delete engine.settings.dtype), ["engine.settings.dtype"]);
  assert.deepEqual(caught(({ dataset }) => dataset.expected.utterances = 12), ["dataset.expected.utterances"]);
  assert.deepEqual(caught(({ dataset }) => dataset.id = "librispeech-clean"), ["dataset.id"]);
  assert.deepEqual(caught((report) => report.limit = 12), ["limit"]);
  assert.deepEqual(caught((report) => report.shard = { index: 1, of: 2 }), ["shard"]);
  assert.deepEqual(caught((report) => report.skip_bad = true), ["skip_bad"]);
});

Deno.test("verifyEval() catches references and hypotheses that were changed in the journal", () => {
  const heard = caughtInJournal((utterances) => utterances[7].hypothesis = "red apple");
  for (const place of ["scores[1].substitutions", "scores[1].wer", "scores[1].interval.upper"]) {
    assert.ok(heard.includes(place), `${place} is not among ${heard.join(", ")}`);
  }
  // What counts as no error in any protocol is still not what the corpus says.
  assert.deepEqual(caughtInJournal((utterances) => utterances[0].reference = "the cat sat"), ["dataset.sha256"]);
  assert.deepEqual(caughtInJournal((utterances) => utterances[0].processing_seconds = 0.4), [
    "rtfx.processing_seconds",
    "rtfx.value",
  ]);
  assert.ok(caughtInJournal((utterances) => utterances.pop()).includes("dataset.evaluated"));
});

Deno.test("verifyEval() catches utterances that come twice, out of order or from nowhere, and a line cut short", () => {
  const line = (at: number) => [`utterances.jsonl line ${at}`];
  const swap = (utterances: EvalUtterance[]) => utterances.splice(3, 2, utterances[4], utterances[3]);
  assert.deepEqual(caughtInJournal((utterances) => utterances.push({ ...utterances[2], index: 12 })), line(14));
  assert.deepEqual(caughtInJournal((utterances) => utterances[5].index = 4), line(7));
  assert.deepEqual(caughtInJournal((utterances) => utterances[11].index = 12), line(13));
  assert.deepEqual(caughtInJournal(swap), line(6));
  assert.deepEqual(caughtInJournal(swap, { interrupted: true }), []);
  const { report, journal } = exampleEval();
  assert.deepEqual(places(report, journal + '{"index":12'), ["utterances.jsonl line 14", "utterances.sha256"]);
});

Deno.test("verifyEval() wants all that was asked for and no more, unless the run was interrupted", () => {
  const even = exampleUtterances().filter(({ index }) => index % 2 === 0);
  /** Differences in the report of the example's even utterances as a run that was asked for otherwise. */
  const differences = (asked: Partial<EvalJournalHeader>, interrupted = false, utterances = even) => {
    const { report, journal } = exampleEval((header, facts) => {
      Object.assign(header, asked);
      Object.assign(facts, { interrupted });
      header.dataset.found = 12;
    }, utterances);
    return verifyEval(report, encode(journal), "a", null).differences;
  };
  const where = "dataset.evaluated";
  assert.deepEqual(differences({}), [{ where, stated: "6", recomputed: "12, of 12 found" }]);
  assert.deepEqual(differences({}, true), []);
  const shard = { index: 1, of: 2 };
  assert.deepEqual(differences({ shard }), []);
  assert.deepEqual(differences({ shard, limit: 11 }), []);
  assert.deepEqual(differences({ shard }, false, even.slice(1)), [
    { where, stated: "5", recomputed: "6, of 12 found, shard 1 of 2" },
  ]);
  assert.deepEqual(differences({ shard }, true, even.slice(1)), []);
  assert.deepEqual(differences({ shard: { index: 2, of: 2 } })[0], {
    where: "utterances.jsonl line 2",
    stated: "index 0",
    recomputed: "none of shard 2 of 2",
  });
  assert.deepEqual(differences({ limit: 10 }, true)[0], {
    where: "utterances.jsonl line 7",
    stated: "index 10",
    recomputed: "below 10, of 12 found, limit 10",
  });
});

Deno.test("verifyEval() says what it could not check", () => {
  const { report, journal } = exampleEval();
  const { unchecked } = verifyEval(report, encode(journal), "a", null);
  assert.match(unchecked.join("; "), /times and memory.*hypotheses again.*references: only their hash/);
  const part = exampleEval((header) => header.dataset.found = 40);
  const partly = verifyEval(part.report, encode(part.journal), "a", null).unchecked;
  assert.match(partly.join("; "), /dataset\.sha256 is of all 40 that were found, and 12 are here/);
});

Deno.test("verifyEval() misses a journal that is not there, and refuses one that is none", () => {
  const { report, journal } = exampleEval();
  const [missing, ...others] = verifyEval(report, null, "a/utterances.jsonl", evalMarkdown(report)).differences;
  assert.deepEqual([missing.where, missing.stated, others], ["utterances.jsonl", "12 utterances", []]);
  assert.throws(
    () => verifyEval(report, encode(journal.replace('"ok"', "ok")), "a/utterances.jsonl", null),
    (error) => error instanceof InputError && /^a\/utterances\.jsonl:2: /.test(error.message),
  );
});

Deno.test("verifyEval() shows the first line in which report.md differs", () => {
  const { report, journal } = exampleEval();
  const markdown = evalMarkdown(report);
  const check = (text: string, of = report) => verifyEval(of, encode(journal), "a", text).differences;
  const [difference, ...others] = check(markdown.replaceAll("34.48 %", "3.45 %"));
  assert.deepEqual(others, []);
  assert.match(difference.where, /^report\.md line \d+$/);
  assert.match(difference.stated, / 3\.45 %/);
  assert.match(difference.recomputed, / 34\.48 %/);
  assert.equal(check(markdown.replaceAll(": a part, not the test set", "")).length, 1);
  // What no journal tells shows in the Markdown at least.
  for (const change of [{ load_seconds: 0.5 }, { batch: 1 }, { merged_from: 3 }]) {
    assert.equal(check(markdown, { ...report, ...change }).length, 1);
  }
});
