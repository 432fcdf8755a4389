import assert from "node:assert/strict";
import { exampleKernels } from "./example_kernels.ts";
import { kernelsMarkdown } from "./kernels_markdown.ts";
import type { KernelsReport, MeasuredKernel } from "./kernels_schema.ts";
import { verifyKernels } from "./kernels_verify.ts";

/** Where verification finds differences after `change`, which gets the report and its row `index`. */
function caught(index: number, change: (row: MeasuredKernel, report: KernelsReport) => void): string[] {
  const report = exampleKernels();
  change(report.rows[index] as MeasuredKernel, report);
  return verifyKernels(report, null).map(({ where }) => where);
}

const up = (value: number | null): number => value! * (1 + 2 ** -51);

Deno.test("verifyKernels() finds nothing in an honest report, also after a passage through JSON", () => {
  const report = exampleKernels();
  assert.deepEqual(verifyKernels(report, kernelsMarkdown(report)), []);
  assert.deepEqual(verifyKernels(JSON.parse(JSON.stringify(report)), kernelsMarkdown(report)), []);
});

Deno.test("verifyKernels() catches every derived figure by the last bit, of the copy kernel as well", () => {
  for (const index of [0, 1]) {
    for (const key of ["median", "min", "max"] as const) {
      assert.deepEqual(caught(index, ({ seconds }) => seconds[key] = up(seconds[key])), [
        `rows[${index}].seconds.${key}`,
      ]);
    }
    for (const key of ["bytes_per_second", "copy_share"] as const) {
      assert.deepEqual(caught(index, (row) => row[key] = up(row[key])), [`rows[${index}].${key}`]);
    }
  }
  for (const index of [1, 2]) {
    assert.deepEqual(caught(index, (row) => row.flops_per_second = up(row.flops_per_second)), [
      `rows[${index}].flops_per_second`,
    ]);
  }
});

Deno.test("verifyKernels() catches figures that were taken away or made up", () => {
  assert.deepEqual(caught(1, (row) => row.copy_share = null), ["rows[1].copy_share"]);
  assert.deepEqual(caught(2, (row) => row.bytes_per_second = 1e12), ["rows[2].bytes_per_second"]);
  assert.deepEqual(caught(0, (row) => row.flops_per_second = 1e12), ["rows[0].flops_per_second"]);
});

Deno.test("verifyKernels() catches a changed sample, or count of a launch, in all that follows from it", () => {
  // The third of four: the greater of the middle two.
  assert.deepEqual(caught(1, ({ seconds }) => seconds.samples[3] *= 1.01), [
    "rows[1].seconds.median",
    "rows[1].flops_per_second",
    "rows[1].bytes_per_second",
    "rows[1].copy_share",
  ]);
  assert.deepEqual(caught(1, ({ seconds }) => seconds.samples[1] /= 2), ["rows[1].seconds.min"]);
  assert.deepEqual(caught(1, ({ seconds }) => seconds.samples[0] *= 2), ["rows[1].seconds.max"]);
  assert.deepEqual(caught(1, (row) => row.flops! *= 2), ["rows[1].flops_per_second"]);
  assert.deepEqual(caught(1, (row) => row.bytes! *= 2), ["rows[1].bytes_per_second", "rows[1].copy_share"]);
  // A slower copy flatters every other kernel.
  const slower = caught(0, ({ seconds }) => seconds.samples = seconds.samples.map((sample) => 2 * sample));
  for (const place of ["rows[0].seconds.median", "rows[1].copy_share", "rows[3].copy_share"]) {
    assert.ok(slower.includes(place), `${place} is not among ${slower.join(", ")}`);
  }
});

Deno.test("verifyKernels() shows the first line in which kernels.md differs, also where there are no samples", () => {
  const report = exampleKernels();
  const markdown = kernelsMarkdown(report);
  const [difference, ...others] = verifyKernels(report, markdown.replace("| embedding 8×64 |", "| embedding 9×64 |"));
  assert.deepEqual(others, []);
  assert.match(difference.where, /^kernels\.md line \d+$/);
  assert.match(difference.stated, /9×64/);
  assert.equal(verifyKernels({ ...report, buffer_copy_rate: 9e11 }, markdown).length, 1);
  assert.equal(verifyKernels(report, "").length, 1);
});
