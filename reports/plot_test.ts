import assert from "node:assert/strict";
import { buildReport } from "./derive.ts";
import { exampleEnvironment, exampleReport } from "./example_report.ts";
import { plotsOf, render } from "./plot.ts";
import type { ScalingReport } from "./schema.ts";

/** The drawing in `file`, as SVG. */
function drawn(report: ScalingReport, file: string): Promise<string> {
  return render(report, plotsOf(report).find((plot) => plot.file === file)!);
}

/** Number of times that `pattern` occurs. */
function occurrences(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}

const POINT = /aria-roledescription="point"/g;
const HOLLOW = /aria-label="[^"]*outside peak[^"]*"/g;
const BAR = /aria-roledescription="rule mark"/g;
const LINE = /aria-roledescription="line mark"/g;

Deno.test("render() draws a point and a bar per measured row and a line per fit, on white", async () => {
  const report = exampleReport();
  const svg = await drawn(report, "time.svg");
  assert.equal(occurrences(svg, POINT), 14);
  assert.equal(occurrences(svg, BAR), 14);
  assert.equal(occurrences(svg, LINE), 4);
  assert.match(svg, /^<svg[^>]*>\s*<rect[^>]*fill="white"/);
});

Deno.test("render() names engines with their exponents, measured minutes and what has no measurement", async () => {
  const svg = await drawn(exampleReport(), "time.svg");
  const texts = [...svg.matchAll(/<(?:text|tspan)[^>]*>([^<]+)</g)].map((match) => match[1]);
  for (const text of ["5", "10", "20", "30", "minutes of audio", "NVIDIA H200 · generated audio, not speech"]) {
    assert.ok(texts.includes(text), `${text} is missing`);
  }
  assert.ok(texts.some((text) => /^samba: 1\.00 \[0\.9\d, 1\.0\d\]$/.test(text)));
  assert.match(svg, /No measurement of transformer-naive.*20.min.\(over-budget\),.*30.min.\(out-of-memory\)/s);
  assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
});

Deno.test("render() adds hollow points where memory was seen from outside", async () => {
  const svg = await drawn(exampleReport(), "memory.svg");
  assert.equal(occurrences(svg, HOLLOW), 10);
  assert.equal(occurrences(svg, POINT), 14 + 10);
  assert.match(svg, /peak memory, GiB/);
});

Deno.test("render() has a panel per batch", async () => {
  const svg = await drawn(exampleReport([1, 4]), "time.svg");
  assert.equal(occurrences(svg, POINT), 28);
  assert.match(svg, />batch 1</);
  assert.match(svg, />batch 4</);
});

Deno.test("render() still draws when a single point or none was measured", async () => {
  const { rows } = exampleReport();
  const single = await drawn(buildReport(exampleEnvironment(), rows.slice(0, 1), 25, false), "time.svg");
  assert.equal(occurrences(single, POINT), 1);
  const missing = rows.filter((row) => row.status !== "ok");
  const none = await drawn(buildReport(exampleEnvironment(), missing, 25, false), "time.svg");
  assert.equal(occurrences(none, POINT), 0);
  assert.doesNotMatch(none, /NaN|Infinity|undefined/);
});

Deno.test("render() draws the encoder's time, with its own points and exponents", async () => {
  const report = exampleReport();
  const svg = await drawn(report, "encoder.svg");
  assert.equal(occurrences(svg, POINT), 14);
  assert.equal(occurrences(svg, LINE), 4);
  assert.match(svg, />Encoder time by the GPU's clock against audio length</);
  assert.match(svg, />log-mel, encoder and CTC head</);
  const { median } = report.rows.find((row) => row.status === "ok")!.encoder_seconds!;
  assert.ok(
    svg.includes(`minutes: 5; value: ${Number(median.toPrecision(6))}; label: samba: `),
    `no point at ${median} s`,
  );
});

Deno.test("plotsOf() has no encoder where nothing has timestamps", () => {
  const { environment, rows } = exampleReport();
  const bare = rows.map((row) => row.status === "ok" ? { ...row, encoder_seconds: null } : row);
  const files = plotsOf(buildReport(environment, bare, 25, false)).map(({ file }) => file);
  assert.deepEqual(files, ["time.svg", "memory.svg"]);
});
