import assert from "node:assert/strict";
import { exampleTraining } from "./example_training.ts";
import { type MeasuredStep, trainingReport } from "./training_schema.ts";

type Report = ReturnType<typeof exampleTraining>;

/** Paths of the fields that are wrong in a copy of the example report after `change`. */
function issuesAfter(change: (report: Report) => void): string[] {
  const report = exampleTraining();
  change(report);
  const result = trainingReport.safeParse(report);
  return result.success ? [] : result.error.issues.map(({ path }) => path.join("."));
}

const step = ({ throughput }: Report): MeasuredStep => throughput!.rows[0].step as MeasuredStep;

Deno.test("trainingReport accepts a report and each of its parts, also after a passage through JSON", () => {
  const report = exampleTraining();
  assert.deepEqual(trainingReport.parse(JSON.parse(JSON.stringify(report))), report);
  assert.deepEqual(issuesAfter((r) => r.long = null), []);
  assert.deepEqual(issuesAfter((r) => r.throughput = null), []);
  assert.deepEqual(issuesAfter((r) => Object.assign(r, { throughput: null, long: null })), [""]);
});

Deno.test("trainingReport rejects figures that are none, unknown fields and missing ones", () => {
  assert.deepEqual(issuesAfter((r) => step(r).seconds.samples[1] = 0), ["throughput.rows.0.step.seconds.samples.1"]);
  assert.deepEqual(issuesAfter((r) => step(r).figures.norm = Infinity), ["throughput.rows.0.step.figures.norm"]);
  assert.deepEqual(issuesAfter((r) => r.long!.fits[0].exponent = NaN), ["long.fits.0.exponent"]);
  assert.deepEqual(issuesAfter((r) => Object.assign(step(r), { speed: 1 })), ["throughput.rows.0.step"]);
  assert.deepEqual(issuesAfter((r) => delete (r as Partial<Report>).environment), ["environment"]);
});

Deno.test("trainingReport ties figures to the status, samples of stages to repeats, and a peak to its source", () => {
  const missing = (r: Report) => r.long!.rows.at(-1)!.step;
  assert.deepEqual(issuesAfter((r) => Object.assign(missing(r), { dispatches: 3 })), ["long.rows.5.step.dispatches"]);
  assert.deepEqual(issuesAfter((r) => Object.assign(missing(r), { reason: "" })), ["long.rows.5.step.reason"]);
  assert.deepEqual(issuesAfter((r) => step(r).stages[1].seconds.samples.pop()), [
    "throughput.rows.0.step.stages.1.seconds.samples",
  ]);
  assert.deepEqual(issuesAfter((r) => step(r).memory.outside_source = null), [
    "throughput.rows.0.step.memory.outside_source",
  ]);
});

Deno.test("trainingReport rejects a point that stands twice", () => {
  assert.deepEqual(issuesAfter(({ long }) => long!.rows.push(structuredClone(long!.rows[0]))), ["long.rows.6"]);
  assert.deepEqual(issuesAfter(({ throughput }) => throughput!.rows[1].recompute = false), ["throughput.rows.1"]);
});
