import assert from "node:assert/strict";
import { buildReport } from "./derive.ts";
import { exampleReport } from "./example_report.ts";
import { exampleWhisperReport } from "./example_whisper.ts";
import { markdownReport } from "./markdown.ts";
import { plotsOf } from "./plot.ts";
import { plotSpec } from "./plot_spec.ts";
import { type MeasuredRow, type ScalingReport, scalingReport } from "./schema.ts";
import { terminalSummary } from "./terminal_summary.ts";
import { verifyReport } from "./verify.ts";

const whisperAt = ({ rows }: ScalingReport, minutes: number): MeasuredRow =>
  rows.find((row) => row.engine === "whisper" && row.minutes === minutes) as MeasuredRow;

function issuesAfter(change: (report: ScalingReport) => void): string[] {
  const report = exampleWhisperReport();
  change(report);
  const result = scalingReport.safeParse(report);
  return result.success ? [] : result.error.issues.map(({ path }) => path.join("."));
}

Deno.test("scalingReport accepts an engine without a ledger, trained weights and transcripts, also from JSON", () => {
  const report = exampleWhisperReport(4);
  assert.deepEqual(scalingReport.parse(JSON.parse(JSON.stringify(report))), report);
});

Deno.test("scalingReport ties the ledger's figures together and rejects half a transcript", () => {
  const index = exampleWhisperReport().rows.findIndex(({ engine }) => engine === "whisper");
  const at = (field: string): string[] => [`rows.${index}.${field}`];
  assert.deepEqual(
    issuesAfter((r) => whisperAt(r, 5).memory.reserved_peak_bytes = 1),
    at("memory.reserved_peak_bytes"),
  );
  assert.deepEqual(
    issuesAfter((r) => whisperAt(r, 5).memory.ledger_peak_by_tag.weights = 1),
    at("memory.ledger_peak_by_tag"),
  );
  assert.deepEqual(issuesAfter((r) => Object.assign(whisperAt(r, 5).transcript!, { protocol: "raw-v1" })), [
    ...at("transcript.protocol"),
  ]);
  assert.deepEqual(issuesAfter((r) => delete (whisperAt(r, 5).transcript as Partial<{ wer: number }>).wer), [
    ...at("transcript.wer"),
  ]);
  assert.deepEqual(issuesAfter((r) => r.environment.weights!.whisper.sha256 = "none"), [
    "environment.weights.whisper.sha256",
  ]);
});

Deno.test("deriveFits() and deriveCrossovers() take whisper's time and have no memory of it to compare", () => {
  const { fits, crossovers } = exampleWhisperReport();
  const own = fits.filter(({ engine }) => engine === "whisper");
  assert.deepEqual(own.map(({ quantity, points }) => [quantity, points]), [["seconds", 3]]);
  assert.ok(Math.abs(own[0].exponent - 1) < 1e-9);
  const against = crossovers.filter(({ b }) => b === "whisper");
  assert.deepEqual(against.map(({ a, quantity, kind }) => [a, quantity, kind]), [
    ["samba", "seconds", "always"],
    ["samba-streaming", "seconds", "always"],
  ]);
  assert.ok(crossovers.some(({ a, quantity }) => a === "samba" && quantity === "memory"), "the others still have one");
});

Deno.test("verifyReport() counts the errors of a transcript again from its texts", () => {
  const report = exampleWhisperReport();
  assert.deepEqual(verifyReport(report, markdownReport(report)), []);
  const index = report.rows.findIndex(({ engine }) => engine === "whisper");
  const caught = (change: (row: MeasuredRow) => void): string[] => {
    const changed = exampleWhisperReport();
    change(whisperAt(changed, 5));
    return verifyReport(changed, null).map(({ where }) => where);
  };
  const where = `rows[${index}].transcript`;
  assert.deepEqual(caught((row) => row.transcript!.wer! *= 1 - 2 ** -50), [`${where}.wer`]);
  assert.deepEqual(caught((row) => row.transcript!.words++), [`${where}.words`]);
  assert.deepEqual(caught((row) => row.transcript!.errors.insertions--), [`${where}.errors.insertions`]);
  assert.deepEqual(caught((row) => row.transcript!.hypothesis += " and more"), [
    `${where}.errors.insertions`,
    `${where}.wer`,
  ]);
  assert.deepEqual(caught((row) => row.transcript!.reference = row.transcript!.reference.toLowerCase()), []);
});

Deno.test("markdownReport() has a column of word error rates only where some row has one", () => {
  const markdown = markdownReport(exampleWhisperReport());
  const header = markdown.split("\n").find((line) => line.startsWith("| Engine | Batch | Minutes | Time"))!;
  const column = header.split(" | ").indexOf("WER");
  assert.ok(column > 0);
  const cell = (start: string): string =>
    markdown.split("\n").find((line) => line.startsWith(start))!.split(" | ")[column].trim();
  assert.equal(cell("| samba | 1 | 5 |"), "–");
  assert.equal(cell("| samba-streaming | 1 | 5 |"), "22.22 %");
  assert.equal(cell("| whisper | 1 | 5 |"), "22.22 %");
  assert.equal(cell("| whisper | 1 | 30 |"), "–");
  const results = markdown.split("## Results\n")[1].split("\n## ")[0];
  const widths = results.split("\n").filter((line) => line.startsWith("|")).map((line) => line.split(" | ").length);
  assert.equal(new Set(widths).size, 1, "every row has every column");
  assert.match(results, /\nWER: .*`whisper-en-v1`/);
  assert.doesNotMatch(markdownReport(exampleReport()), /WER|Trained weights|whisper/);
});

Deno.test("markdownReport() says where whisper ran, with which weights, and why its batch goes in passes", () => {
  const markdown = markdownReport(exampleWhisperReport(4));
  assert.match(
    markdown,
    /> \*\*whisper\*\* computed on the \*\*CPU\*\* \(AMD EPYC 9654, 16 cores; onnxruntime-node 1, q8\)/,
  );
  assert.match(
    markdown,
    /; trained weights, whatever the preset, for samba-streaming \(samba\.safetensors\), whisper \(/,
  );
  assert.match(markdown, /; 32 forced tokens for the decoder's stages\./);
  assert.match(markdown, /\| whisper \| 4 \| 5 \|.*\| 3, in 4 passes \|/);
  assert.match(markdown, /“In k passes” of whisper: it takes one recording at a time\./);
  assert.match(markdown, /\n- whisper is OpenAI's, by ONNX Runtime on the CPU\./);
  assert.ok(markdown.includes(`| whisper | whisper-base | runtime onnxruntime-node 1, dtype q8 | ${"2".repeat(64)} |`));
  const stages = markdown.split("## Stages\n")[1].split("\n## ")[0];
  assert.doesNotMatch(stages, /whisper/);
  assert.doesNotMatch(markdown, /NaN|undefined|null/);
});

Deno.test("terminalSummary() has a table of word error rates only where some row has one", () => {
  const blocks = terminalSummary(exampleWhisperReport()).split("\n\n");
  assert.match(blocks[0], / · whisper on the CPU$/);
  const table = blocks.find((block) => block.startsWith("WER (whisper-en-v1), batch 1 "))!.split("\n");
  assert.equal(new Set(table.map((line) => line.length)).size, 1);
  assert.match(table.find((line) => line.startsWith("samba "))!, /^samba( +–){4}$/);
  assert.match(table.find((line) => line.startsWith("whisper"))!, /^whisper +22\.22 % +22\.22 % +22\.22 % +budget$/);
  assert.doesNotMatch(terminalSummary(exampleReport()), /WER|CPU/);
});

Deno.test("a report of whisper alone draws and tells no memory, as no ledger counted any", () => {
  const { environment, rows } = exampleWhisperReport();
  const alone = buildReport(environment, rows.filter(({ engine }) => engine === "whisper"), 25, false);
  assert.deepEqual(plotsOf(alone).map(({ file }) => file), ["time.svg"]);
  const subtitle = JSON.stringify(plotSpec(alone, "seconds", "title").title);
  assert.match(subtitle, /whisper with its decoder, on the CPU: AMD EPYC 9654/);
  assert.doesNotMatch(terminalSummary(alone), /memory/);
  const markdown = markdownReport(alone);
  assert.doesNotMatch(markdown, /memory\.svg|## Stages|NaN|undefined/);
  assert.deepEqual(plotsOf(exampleWhisperReport()).map(({ file }) => file), ["time.svg", "encoder.svg", "memory.svg"]);
});
