import assert from "node:assert/strict";
import { exampleReport } from "./example_report.ts";
import { terminalSummary } from "./terminal_summary.ts";

Deno.test("terminalSummary() has aligned tables of time and memory for each batch and a line per comparison", () => {
  const summary = terminalSummary(exampleReport([1, 4]));
  const blocks = summary.split("\n\n");
  assert.equal(blocks.length, 9);
  for (const block of blocks.slice(1, 7)) {
    const lines = block.split("\n");
    assert.equal(lines.length, 5);
    assert.equal(new Set(lines.map((line) => line.length)).size, 1);
  }
  assert.match(blocks[1], /^time, end to end, batch 1 +5 min +10 min +20 min +30 min +exponent \[95 %\]\n/);
  assert.match(blocks[1], /transformer-naive +204 ms +7\d\d ms +budget +OOM +1\.\d+ \[/);
  assert.match(blocks[2], /^time, encoder by GPU clock, batch 1/);
  assert.match(blocks[6], /^memory, peak, batch 4/);
  assert.match(blocks[1], / ms†/);
  assert.equal(blocks[7], "† fewer than 10 timed repeats.");
  assert.equal(blocks[8].split("\n").length, 8);
  assert.doesNotMatch(summary, /\*\*|interrupted/);
  assert.match(terminalSummary({ ...exampleReport(), interrupted: true }), /^NVIDIA H200 .* interrupted: /);
});

Deno.test("terminalSummary() explains no mark that it does not use", () => {
  const report = exampleReport();
  for (const row of report.rows) if (row.status === "ok") row.repeats_short = false;
  assert.doesNotMatch(terminalSummary(report), /†/);
});
