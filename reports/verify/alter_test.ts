import assert from "node:assert/strict";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { buildReport } from "../derive.ts";
import { exampleReport } from "../example_report.ts";
import { exampleTraining } from "../example_training.ts";
import { markdownReport } from "../markdown.ts";
import { trainingMarkdown } from "../training_markdown.ts";
import { type Alteration, jsonAlterations, nudged, type Subject } from "./alter.ts";
import { alterationsOf, alterEach, sampled } from "./alter_each.ts";
import { exampleSubjects, storedSubject, withoutDigest } from "./subjects.ts";
import { reportsUnder } from "../reports_under.ts";
import { unverifiableFields } from "./unverifiable.ts";

const published = fileURLToPath(new URL("../published", import.meta.url));

/** Numbers of each pattern that are tried; alter_all.ts tries every number. */
const TRIED = 1;

Deno.test("nudged() gives the least other number", () => {
  assert.equal(nudged(3), 4);
  assert.equal(nudged(0.1), 0.1 + 2 ** -56);
  assert.equal(nudged(1.5), 1.5 + 2 ** -52);
});

Deno.test("verification sees any number altered in a report with a digest, and names its place", async () => {
  const examples = await exampleSubjects();
  const kinds = new Set(examples.map(({ report }) => report.kind));
  assert.deepEqual([...kinds].sort(), ["eval", "kernels", "scaling", "training"]);
  for (const subject of examples) {
    const { altered, unseen, unnamed } = await alterEach(sampled(alterationsOf(subject), TRIED, 7));
    assert.ok(altered > 12, subject.name);
    assert.deepEqual([unseen, unnamed], [[], []], subject.name);
    assert.deepEqual(unverifiableFields(subject.report), []);
  }
});

Deno.test("verification sees any number altered in a published report, and names its place", async () => {
  const subjects = await Promise.all((await reportsUnder(published)).map(storedSubject));
  if (subjects.length === 0) console.log("skipped: altering published reports: there are none");
  for (const subject of subjects) {
    assert.notEqual(
      subject.report.digest,
      undefined,
      `${subject.name}: run reports/verify/add_digests.ts on ${dirname(subject.name)}`,
    );
    const { unseen, unnamed } = await alterEach(sampled(alterationsOf(subject), TRIED, 8));
    assert.deepEqual([unseen, unnamed], [[], []], subject.name);
  }
});

/** The example of scaling with few points, whose fits take little time, one of them not measured. */
function smallScaling(): Subject {
  const { environment, rows, frame_rate_hz } = exampleReport();
  const few = rows.filter(({ engine, minutes }) =>
    minutes !== 20 && (minutes !== 30 || engine !== "samba") && ["samba", "transformer-naive"].includes(engine)
  );
  const report = buildReport(environment, few, frame_rate_hz, false);
  const beside = { markdownName: "report.md", markdown: markdownReport(report), journal: null, drawings: new Map() };
  return { name: "few points", report, ...beside };
}

/** The example of training without its long utterances, whose fits take their time. */
function shortTraining(): Subject {
  const report = { ...exampleTraining(), long: null };
  const beside = { markdownName: "report.md", markdown: trainingMarkdown(report), journal: null, drawings: new Map() };
  return { name: "throughput", report, ...beside };
}

Deno.test("verification lists what passes unseen in a report without a digest, and sees the rest", async () => {
  for (const subject of [smallScaling(), shortTraining()]) {
    const listed = unverifiableFields(subject.report);
    const others = jsonAlterations(subject, subject.markdown, false)
      .filter(({ pattern }) => !listed.includes(pattern.split(" ")[1]));
    assert.deepEqual((await alterEach(sampled(others, TRIED, 9))).unseen, [], subject.name);
  }
  for (const subject of (await exampleSubjects(["kernels", "eval"])).map(withoutDigest)) {
    const { unseenPatterns } = await alterEach(jsonAlterations(subject, subject.markdown, false));
    const unseen = [...unseenPatterns].map((pattern) => pattern.split(" ")[1]);
    assert.deepEqual(unseen.sort(), unverifiableFields(subject.report).toSorted(), subject.name);
  }
});

Deno.test("alterEach() tells what is unseen from what is seen and not named", async () => {
  const one = (place: string, places: string[]): Alteration => ({
    place,
    pattern: "p",
    named: () => Promise.resolve(places),
    isNamed: (found) => found.includes(place),
  });
  const { altered, seen, unseen, unnamed } = await alterEach([one("a", ["a"]), one("b", []), one("c", ["a"])]);
  assert.deepEqual([altered, seen, unseen, unnamed], [3, 2, ["b"], ["c: a"]]);
});
