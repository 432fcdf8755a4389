import assert from "node:assert/strict";
import { buildReport } from "./derive.ts";
import { exampleEnvironment, exampleReport } from "./example_report.ts";
import { terminalPlot } from "./terminal_plot.ts";

/** The characters inside the axes, by rows from the top. */
function canvas(plot: string): string[] {
  return plot.split("\n").filter((line) => /^[^|]*\|/.test(line)).map((line) => line.slice(line.indexOf("|") + 1));
}

Deno.test("terminalPlot() puts every measured point where its logarithms say", () => {
  const plot = terminalPlot(exampleReport(), "seconds");
  const rows = canvas(plot);
  assert.equal(rows.length, 16);
  assert.ok(rows.every((row) => row.length <= 60));
  // The fastest and shortest at the bottom left, the slowest and longest at the top right.
  assert.equal(rows[15][0], "F");
  assert.equal(rows[0][59], "T");
  // 10 of 5 to 30 minutes lies log 2 / log 6 along the axis.
  const ten = Math.round(59 * Math.log(2) / Math.log(6));
  assert.deepEqual([...new Set(rows.flatMap((row) => [...row.matchAll(/N/g)].map(({ index }) => index)))], [ten, 0]);
  assert.match(plot, /S samba {2}T samba-streaming {2}N transformer-naive {2}F transformer-flash/);
  assert.match(plot, /\n +5 +10 +20 +30\n/);
});

Deno.test("terminalPlot() marks a place that several engines share and keeps every other point", () => {
  const rows = canvas(terminalPlot(exampleReport(), "memory"));
  const marks = rows.join("").replaceAll(" ", "");
  assert.equal([...marks].filter((mark) => mark === "T").length, 4);
  assert.ok(marks.includes("*"));
});

Deno.test("terminalPlot() draws one plot per batch, a single point, and nothing when nothing was measured", () => {
  assert.equal(terminalPlot(exampleReport([1, 4]), "seconds").split("log-log, batch").length, 3);
  const { rows } = exampleReport();
  const single = canvas(terminalPlot(buildReport(exampleEnvironment(), rows.slice(0, 1), 25, false), "seconds"));
  assert.equal(single.join("").trim(), "S");
  const missing = rows.filter(({ status }) => status !== "ok");
  assert.equal(terminalPlot(buildReport(exampleEnvironment(), missing, 25, false), "seconds"), "");
});
