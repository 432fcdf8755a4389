import assert from "node:assert/strict";
import { buildReport } from "./derive.ts";
import { exampleEnvironment, exampleReport } from "./example_report.ts";
import { formatBytes, formatSummary } from "./format.ts";
import { markdownReport } from "./markdown.ts";
import type { MeasuredRow } from "./schema.ts";

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
  assert.match(
    markdown,
    /\| Engine \| Batch \| Minutes \| log_mel \(gpu\) \| encoder \(gpu\) \| ctc \(gpu\) \| decoder_prefill \(host\) \|/,
  );
});

Deno.test("markdownReport() says first what audio, device and tree it was", () => {
  const environment = exampleEnvironment();
  const { rows } = exampleReport();
  const generated = markdownReport(buildReport(environment, rows, 25, false));
  assert.match(generated, /> The audio is \*\*generated audio, not speech\*\*/);
  assert.doesNotMatch(generated, /software adapter|uncommitted|interrupted/);
  const other = markdownReport(buildReport(
    {
      ...environment,
      git_dirty: true,
      adapter: { ...environment.adapter, is_software: true },
      dataset: { ...environment.dataset, source: "stitched" },
    },
    rows,
    25,
    true,
  ));
  assert.match(other, /> The audio is recorded speech/);
  assert.match(other, /\*\*software adapter\*\*/);
  assert.match(other, /\*\*uncommitted changes\*\*/);
  assert.match(other, /run was \*\*interrupted\*\*/);
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
  const none = markdownReport(
    buildReport(exampleEnvironment(), rows.filter(({ status }) => status !== "ok"), 25, false),
  );
  assert.match(none, /nothing was fitted/);
  assert.doesNotMatch(none, /## Stages|NaN|undefined/);
  const two = rows.map((row, i) => i === 0 ? { ...row, preset: "small" } : row);
  assert.match(markdownReport(buildReport(exampleEnvironment(), two, 25, false)), /\| samba \(small\) \|/);
});

Deno.test("markdownReport() goes from device and command over findings to the table and the plots", () => {
  const markdown = markdownReport(exampleReport([1, 4]));
  const order = [
    "**NVIDIA H200, driver 580.95.05**, WebGPU by Deno; preset base (encoders of 1.00 million parameters); 5–30 min",
    "2 untimed and then 5–10 timed repeats",
    `\`\`\`sh\n${exampleEnvironment().command}\n\`\`\``,
    "## Growth with the audio's length, batch 1",
    "[batch 4](#batch-4)",
    "\n- **samba**: time end to end **",
    "## Samba against the transformers, batch 1",
    "\n- **samba** **overtakes transformer-flash at ",
    "## Results",
    "(time.svg)",
    "(encoder.svg)",
    "(memory.svg)",
    "## Batch 4\n\n- **samba**: time end to end",
    "## Fits",
    "## Crossovers",
    "## Stages",
    "## Do tokens agree?",
    "## How to read this",
    "## Environment",
  ];
  const places = order.map((text) => markdown.indexOf(text));
  assert.ok(places.every((place) => place >= 0), order[places.indexOf(-1)]);
  assert.deepEqual(places, [...places].sort((p, q) => p - q));
  assert.doesNotMatch(markdownReport(exampleReport()), /batch-|## Batch|length, batch/);
});

Deno.test("markdownReport() shows the encoder's time, memory without weights, and a batch done in parts", () => {
  const report = exampleReport([4]);
  const row = tableUnder(markdownReport(report), "Results").find((line) => line.startsWith("| samba | 4 | 5 |"))!;
  const { encoder_seconds, memory } = report.rows[0] as MeasuredRow;
  assert.ok(row.includes(`| ${formatSummary(encoder_seconds!)} |`), row);
  const activations = memory.ledger_peak_bytes! - memory.ledger_peak_by_tag.weights;
  assert.ok(row.includes(`| ${formatBytes(memory.ledger_peak_bytes!)} | ${formatBytes(activations)} |`), row);
  assert.match(row, /\| 10, in 4 passes \|$/);
  assert.match(markdownReport(report), /“In k passes”: the batch/);
});

Deno.test("markdownReport() names the source of outside memory once, or in each cell where there are two", () => {
  const report = exampleReport();
  assert.match(markdownReport(report), /\| From outside \(nvidia-smi delta\) \|/);
  (report.rows[0] as MeasuredRow).memory.outside_source = "maxRSS";
  const markdown = markdownReport(report);
  assert.match(markdown, /\| From outside \|/);
  assert.match(tableUnder(markdown, "Results")[0], /iB \(maxRSS\) \|/);
});
