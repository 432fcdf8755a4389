import assert from "node:assert/strict";
import { exampleKernels } from "./example_kernels.ts";
import { kernelsReport, type MeasuredKernel } from "./kernels_schema.ts";

/** Paths of the fields that are wrong in a copy of the example report after `change`. */
function issuesAfter(change: (report: ReturnType<typeof exampleKernels>, row: MeasuredKernel) => void): string[] {
  const report = exampleKernels();
  change(report, report.rows[1] as MeasuredKernel);
  const result = kernelsReport.safeParse(report);
  return result.success ? [] : result.error.issues.map(({ path }) => path.join("."));
}

Deno.test("kernelsReport accepts a report, also after a passage through JSON", () => {
  const report = exampleKernels();
  assert.deepEqual(kernelsReport.parse(JSON.parse(JSON.stringify(report))), report);
});

Deno.test("kernelsReport rejects figures that are none, unknown fields and missing ones", () => {
  assert.deepEqual(issuesAfter((_, row) => row.flops_per_second = Infinity), ["rows.1.flops_per_second"]);
  assert.deepEqual(issuesAfter((_, row) => row.seconds.samples[2] = 0), ["rows.1.seconds.samples.2"]);
  assert.deepEqual(issuesAfter((_, row) => row.copy_share = NaN), ["rows.1.copy_share"]);
  assert.deepEqual(issuesAfter((report) => report.buffer_copy_rate = 0), ["buffer_copy_rate"]);
  assert.deepEqual(issuesAfter((_, row) => Object.assign(row, { speed: 1 })), ["rows.1"]);
  assert.deepEqual(issuesAfter((report) => delete (report as Partial<typeof report>).environment), ["environment"]);
  assert.deepEqual(issuesAfter(({ rows }) => Object.assign(rows[4], { reason: "" })), ["rows.4.reason"]);
});

Deno.test("kernelsReport wants the copy kernel first, which gives the others their measure", () => {
  assert.deepEqual(issuesAfter(({ rows }) => Object.assign(rows[0], { bytes: null })), ["rows.0.bytes"]);
  assert.ok(issuesAfter(({ rows }) => rows.shift()).includes("rows.0.name"));
  assert.ok(issuesAfter(({ rows }) => rows.splice(0, 4)).includes("rows.0.status"));
  assert.ok(issuesAfter(({ rows }) => rows.splice(0)).length > 0);
});

Deno.test("kernelsReport rejects a kernel that stands twice and samples that went missing", () => {
  assert.deepEqual(issuesAfter(({ rows }) => rows.push(structuredClone(rows[1]))), ["rows.7"]);
  assert.deepEqual(issuesAfter((_, row) => row.seconds.samples.pop()), ["rows.1.seconds.samples"]);
});
