import assert from "node:assert/strict";
import { exampleReport } from "./example_report.ts";
import { evalJsonSchema } from "./eval_schema.ts";
import { gateJsonSchema } from "./gate/schema.ts";
import { kernelsJsonSchema } from "./kernels_schema.ts";
import { jsonSchema, type MeasuredRow, scalingReport } from "./schema.ts";
import { trainingJsonSchema } from "./training_schema.ts";

/** Paths of the fields that are wrong in a copy of the example report after `change`. */
function issuesAfter(change: (report: ReturnType<typeof exampleReport>) => void): string[] {
  const report = exampleReport();
  change(report);
  const result = scalingReport.safeParse(report);
  return result.success ? [] : result.error.issues.map(({ path }) => path.join("."));
}

const measured = (report: ReturnType<typeof exampleReport>): MeasuredRow =>
  report.rows.find((row) => row.status === "ok")!;

Deno.test("scalingReport accepts a report, also after a passage through JSON", () => {
  const report = exampleReport([1, 4]);
  assert.deepEqual(scalingReport.parse(JSON.parse(JSON.stringify(report))), report);
});

Deno.test("scalingReport rejects NaN and the infinities wherever a number stands", () => {
  assert.deepEqual(issuesAfter((r) => measured(r).seconds.median = NaN), ["rows.0.seconds.median"]);
  assert.deepEqual(issuesAfter((r) => measured(r).seconds.samples[1] = Infinity), ["rows.0.seconds.samples.1"]);
  assert.deepEqual(issuesAfter((r) => r.fits[0].exponent = -Infinity), ["fits.0.exponent"]);
  assert.deepEqual(issuesAfter((r) => measured(r).memory.ledger_peak_bytes = NaN), [
    "rows.0.memory.ledger_peak_bytes",
  ]);
});

Deno.test("scalingReport rejects an unknown field, a missing one and one of another type", () => {
  assert.deepEqual(issuesAfter((r) => Object.assign(r.rows[0], { speed: 1 })), ["rows.0"]);
  assert.deepEqual(issuesAfter((r) => delete (r as Partial<typeof r>).environment), ["environment"]);
  assert.deepEqual(issuesAfter((r) => Object.assign(r.rows[0], { minutes: "5" })), ["rows.0.minutes"]);
});

Deno.test("scalingReport ties the figures to the status", () => {
  const missing = (r: ReturnType<typeof exampleReport>): number => r.rows.findIndex((row) => row.status !== "ok");
  const index = missing(exampleReport());
  assert.deepEqual(issuesAfter((r) => Object.assign(r.rows[index], { rtfx: 3 })), [`rows.${index}.rtfx`]);
  assert.deepEqual(issuesAfter((r) => Object.assign(r.rows[index], { reason: "" })), [`rows.${index}.reason`]);
  assert.deepEqual(issuesAfter((r) => Object.assign(r.rows[0], { seconds: null })), ["rows.0.seconds"]);
  assert.deepEqual(issuesAfter((r) => Object.assign(r.rows[0], { status: "skipped" })), ["rows.0.status"]);
});

Deno.test("scalingReport rejects a point that stands twice and an outside peak without its source", () => {
  assert.deepEqual(issuesAfter((r) => r.rows.push(structuredClone(r.rows[0]))), ["rows.16"]);
  assert.deepEqual(issuesAfter((r) => measured(r).memory.outside_source = null), ["rows.0.memory.outside_source"]);
});

Deno.test("scalingReport wants a sample of each stage from every repeat, and a hash of tokens", () => {
  assert.deepEqual(issuesAfter((r) => measured(r).stages[1].seconds.samples.pop()), [
    "rows.0.stages.1.seconds.samples",
  ]);
  assert.deepEqual(issuesAfter((r) => measured(r).tokens_sha256 = "none"), ["rows.0.tokens_sha256"]);
  assert.deepEqual(issuesAfter((r) => measured(r).encoder_seconds!.samples[0] = 0), [
    "rows.0.encoder_seconds.samples.0",
  ]);
  assert.deepEqual(issuesAfter((r) => delete (r as Partial<typeof r>).interrupted), ["interrupted"]);
});

Deno.test("the JSON Schemas of all kinds are what the files in schema/ hold", async () => {
  const remedy = "stale: run `deno run --allow-read --allow-write reports/schema/generate.ts`";
  const schemas = {
    "scaling-report": jsonSchema(),
    "kernels-report": kernelsJsonSchema(),
    "eval-report": evalJsonSchema(),
    "training-report": trainingJsonSchema(),
    "gate-report": gateJsonSchema(),
  };
  for (const [name, schema] of Object.entries(schemas)) {
    const path = new URL(`./schema/${name}.schema.json`, import.meta.url);
    assert.equal(await Deno.readTextFile(path), JSON.stringify(schema, null, 2) + "\n", remedy);
  }
});
