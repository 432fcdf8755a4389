import assert from "node:assert/strict";
import { buildReport } from "./derive.ts";
import { exampleEnvironment, exampleReport } from "./example_report.ts";
import { markdownReport } from "./markdown.ts";

/** Body rows of the first table under a heading. */
function tableUnder(markdown: string, heading: string): string[] {
  const section = markdown.split(`## ${heading}\n`)[1].split("\n## ")[0];
  return section.split("\n").filter((line) => line.startsWith("|")).slice(2);
}

Deno.test("markdownReport() has a row for every point, measured or not, with its reason", () => {
  const rows = tableUnder(markdownReport(exampleReport()), "Results");
  assert.equal(rows.length, 16);
  assert.ok(rows.some((row) => row.includes("(412 s predicted)") && row.includes("over-budget: 412 s expected")));
  assert.ok(rows.some((row) => row.includes("out-of-memory: scores need 160 GiB \\| the adapter has 139 GiB")));
});

Deno.test("markdownReport() marks short repeats and outliers and explains the marks", () => {
  const markdown = markdownReport(exampleReport());
  const rows = tableUnder(markdown, "Results");
  assert.equal(rows.filter((row) => row.includes("†")).length, 3);
  assert.match(rows.find((row) => row.startsWith("| samba | 1 | 10 |"))!, /‡1/);
  assert.match(markdown, /\n† fewer than 10 timed repeats/);
  assert.match(markdown, /\n‡ that many repeats lie outside/);
});

Deno.test("markdownReport() has stages, fits and crossovers of every batch", () => {
  const report = exampleReport([1, 4]);
  const markdown = markdownReport(report);
  assert.equal(tableUnder(markdown, "Stages").length, 28);
  assert.equal(tableUnder(markdown, "Fits").length, report.fits.length);
  assert.equal(tableUnder(markdown, "Crossovers").length, report.crossovers.length);
  assert.match(markdown, /\| Engine \| Batch \| Minutes \| log_mel \(gpu\) \| encoder \(gpu\) \| upload \(host\) \|/);
});

Deno.test("markdownReport() says first what audio, device and tree it was", () => {
  const environment = exampleEnvironment();
  const { rows } = exampleReport();
  const generated = markdownReport(buildReport(environment, rows, 25));
  assert.match(generated, /> The audio is \*\*generated audio, not speech\*\*/);
  assert.doesNotMatch(generated, /software adapter|uncommitted/);
  const other = markdownReport(buildReport(
    {
      ...environment,
      git_dirty: true,
      adapter: { ...environment.adapter, is_software: true },
      dataset: { ...environment.dataset, source: "stitched" },
    },
    rows,
    25,
  ));
  assert.match(other, /> The audio is recorded speech/);
  assert.match(other, /\*\*software adapter\*\*/);
  assert.match(other, /\*\*uncommitted changes\*\*/);
});

Deno.test("markdownReport() gives the command, the environment and every hash", () => {
  const markdown = markdownReport(exampleReport());
  const { command, wgsl_hashes, dataset, limits } = exampleEnvironment();
  for (const hash of [...Object.values(wgsl_hashes), ...Object.values(dataset.manifest_sha256)]) {
    assert.ok(markdown.includes(hash));
  }
  assert.ok(markdown.includes(command));
  assert.ok(Object.keys(limits).every((name) => markdown.includes(name)));
});

Deno.test("markdownReport() is whole when nothing was measured, and names presets when there are several", () => {
  const { rows } = exampleReport();
  const none = markdownReport(buildReport(exampleEnvironment(), rows.filter(({ status }) => status !== "ok"), 25));
  assert.match(none, /nothing was fitted/);
  assert.doesNotMatch(none, /## Stages|NaN|undefined/);
  const two = rows.map((row, i) => i === 0 ? { ...row, preset: "small" } : row);
  assert.match(markdownReport(buildReport(exampleEnvironment(), two, 25)), /\| samba \(small\) \|/);
});
