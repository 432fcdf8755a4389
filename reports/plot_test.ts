import assert from "node:assert/strict";
import { buildReport } from "./derive.ts";
import { exampleEnvironment, exampleReport } from "./example_report.ts";
import { memoryPlot, timePlot } from "./plot.ts";

/** Number of times that `pattern` occurs. */
function occurrences(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}

const POINT = /aria-roledescription="point"/g;
const HOLLOW = /aria-label="[^"]*outside peak[^"]*"/g;
const BAR = /aria-roledescription="rule mark"/g;
const LINE = /aria-roledescription="line mark"/g;

Deno.test("timePlot() draws a point and a bar per measured row and a line per fit, on white", async () => {
  const report = exampleReport();
  const svg = await timePlot(report);
  assert.equal(occurrences(svg, POINT), 14);
  assert.equal(occurrences(svg, BAR), 14);
  assert.equal(occurrences(svg, LINE), 4);
  assert.match(svg, /^<svg[^>]*>\s*<rect[^>]*fill="white"/);
});

Deno.test("timePlot() names engines with their exponents, measured minutes and what has no measurement", async () => {
  const svg = await timePlot(exampleReport());
  const texts = [...svg.matchAll(/<(?:text|tspan)[^>]*>([^<]+)</g)].map((match) => match[1]);
  for (const text of ["5", "10", "20", "30", "minutes of audio", "NVIDIA H200 · generated audio, not speech"]) {
    assert.ok(texts.includes(text), `${text} is missing`);
  }
  assert.ok(texts.some((text) => /^samba: 1\.00 \[0\.9\d, 1\.0\d\]$/.test(text)));
  assert.match(svg, /No measurement of transformer-naive.*20.min.\(over-budget\),.*30.min.\(out-of-memory\)/s);
  assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
});

Deno.test("memoryPlot() adds hollow points where memory was seen from outside", async () => {
  const svg = await memoryPlot(exampleReport());
  assert.equal(occurrences(svg, HOLLOW), 10);
  assert.equal(occurrences(svg, POINT), 14 + 10);
  assert.match(svg, /peak memory, GiB/);
});

Deno.test("timePlot() has a panel per batch", async () => {
  const svg = await timePlot(exampleReport([1, 4]));
  assert.equal(occurrences(svg, POINT), 28);
  assert.match(svg, />batch 1</);
  assert.match(svg, />batch 4</);
});

Deno.test("timePlot() still draws when a single point or none was measured", async () => {
  const { rows } = exampleReport();
  const single = await timePlot(buildReport(exampleEnvironment(), rows.slice(0, 1), 25));
  assert.equal(occurrences(single, POINT), 1);
  const missing = rows.filter((row) => row.status !== "ok");
  const none = await timePlot(buildReport(exampleEnvironment(), missing, 25));
  assert.equal(occurrences(none, POINT), 0);
  assert.doesNotMatch(none, /NaN|Infinity|undefined/);
});
