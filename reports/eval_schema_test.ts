import assert from "node:assert/strict";
import { exampleEval, exampleHeader, exampleUtterances } from "./example_eval.ts";
import { evalJournalHeader, type EvalReport, evalReport, evalUtterance } from "./eval_schema.ts";

/** Paths of the fields that are wrong in a copy of the example report after `change`. */
function issuesAfter(change: (report: EvalReport) => void): string[] {
  const { report } = exampleEval();
  change(report);
  const result = evalReport.safeParse(report);
  return result.success ? [] : result.error.issues.map(({ path }) => path.join("."));
}

Deno.test("evalReport accepts a report, also after a passage through JSON", () => {
  const { report } = exampleEval();
  assert.deepEqual(evalReport.parse(JSON.parse(JSON.stringify(report))), report);
});

Deno.test("evalReport rejects figures that are none, unknown fields and missing ones", () => {
  assert.deepEqual(issuesAfter(({ scores }) => scores[1].wer = NaN), ["scores.1.wer"]);
  assert.deepEqual(issuesAfter(({ scores }) => scores[0].interval!.upper = Infinity), ["scores.0.interval.upper"]);
  assert.deepEqual(issuesAfter(({ scores }) => scores[0].deletions = -1), ["scores.0.deletions"]);
  assert.deepEqual(issuesAfter(({ rtfx }) => rtfx.value = 0), ["rtfx.value"]);
  assert.deepEqual(issuesAfter((report) => Object.assign(report, { speed: 1 })), [""]);
  assert.deepEqual(issuesAfter((report) => delete (report as Partial<EvalReport>).dataset), ["dataset"]);
  assert.deepEqual(issuesAfter(({ utterances }) => utterances.sha256 = "none"), ["utterances.sha256"]);
});

Deno.test("evalReport rejects what contradicts itself", () => {
  assert.deepEqual(issuesAfter((report) => report.shard = { index: 3, of: 2 }), ["shard.index"]);
  assert.deepEqual(issuesAfter(({ memory }) => memory.outside_source = null), ["memory.outside_source"]);
  assert.deepEqual(issuesAfter(({ scores }) => scores.push(structuredClone(scores[0]))), ["scores"]);
  assert.deepEqual(
    issuesAfter((report) => {
      report.shard = { index: 1, of: 2 };
      report.merged_from = 2;
    }),
    ["merged_from"],
  );
});

Deno.test("evalReport takes an adapter or none", () => {
  assert.equal(exampleEval().report.environment.adapter, null);
  const adapter = {
    vendor: "nvidia",
    architecture: "",
    device: "",
    description: "H200",
    backend: "deno" as const,
    is_software: false,
  };
  assert.deepEqual(issuesAfter(({ environment }) => environment.adapter = adapter), []);
});

Deno.test("evalJournalHeader and evalUtterance accept the lines of a journal", () => {
  assert.deepEqual(evalJournalHeader.parse(exampleHeader()), exampleHeader());
  assert.deepEqual(exampleUtterances().map((line) => evalUtterance.parse(line)), exampleUtterances());
});

Deno.test("evalUtterance ties text and reason to the status", () => {
  const [ok, , , , bad] = exampleUtterances();
  assert.equal(bad.status, "bad-audio");
  for (
    const wrong of [
      { ...bad, hypothesis: "go on" },
      { ...bad, reason: null },
      { ...bad, reason: "" },
      { ...ok, reason: "slow" },
      { ...ok, status: "failed" },
      { ...ok, status: "skipped" },
      { ...ok, index: -1 },
      { ...ok, processing_seconds: null },
    ]
  ) assert.equal(evalUtterance.safeParse(wrong).success, false, JSON.stringify(wrong));
});
