import assert from "node:assert/strict";
import { chartFigure } from "./chart_figure.ts";
import { scalingCharts, trainingCharts } from "./charts.ts";
import { exampleReport } from "../example_report.ts";
import { exampleTraining } from "../example_training.ts";

Deno.test("scalingCharts() holds every point of the report: measured ones with their interval, others with the reason", () => {
  const report = exampleReport([1, 8]);
  const charts = scalingCharts(report, "r1");
  assert.deepEqual(charts.map(({ id }) => id), [
    "r1-seconds-1",
    "r1-seconds-8",
    "r1-encoder_seconds-1",
    "r1-encoder_seconds-8",
    "r1-memory-1",
    "r1-memory-8",
  ]);
  for (const { id, series } of charts) {
    assert.equal(series.flatMap(({ points, missing }) => [...points, ...missing]).length, report.rows.length / 2, id);
  }
  const row = report.rows.find(({ engine, batch, minutes }) => engine === "samba" && batch === 8 && minutes === 20);
  const samba = charts[1].series.find(({ name }) => name === "samba");
  const point = samba?.points.find(({ minutes }) => minutes === 20);
  assert.ok(row?.status === "ok" && point !== undefined);
  assert.deepEqual([point.value, point.lower, point.upper], [row.seconds.median, row.seconds.lower, row.seconds.upper]);
  const fit = report.fits.find((one) => one.engine === "samba" && one.batch === 8 && one.quantity === "seconds");
  assert.deepEqual(samba?.fit, { intercept: fit?.intercept, exponent: fit?.exponent });
  const naive = charts[0].series.find(({ name }) => name === "transformer-naive");
  assert.deepEqual(naive?.missing.map(({ minutes }) => minutes), [20, 30]);
  assert.match(naive.missing[1].reason, /^out-of-memory: scores need/);
});

Deno.test("scalingCharts() gives each engine a colour and a shape of its own, known or not", () => {
  const report = exampleReport();
  const renamed = report.rows.map((row) => row.engine === "samba-streaming" ? { ...row, engine: "newcomer" } : row);
  const [{ series }] = scalingCharts({ ...report, rows: renamed }, "r1");
  const styles = new Map(series.map(({ name, style }) => [name, style]));
  assert.equal(new Set(styles.values()).size, 4);
  assert.deepEqual([styles.get("samba"), styles.get("newcomer")], [0, 7]);
});

Deno.test("trainingCharts() holds the steps through long audio, and nothing where there are none", () => {
  const report = exampleTraining();
  const charts = trainingCharts(report, "r1");
  assert.deepEqual(charts.map(({ file, unit }) => [file, unit]), [["time.svg", "seconds"], ["memory.svg", "bytes"]]);
  for (const { series } of charts) {
    const all = series.flatMap(({ points, missing }) => [...points, ...missing]);
    assert.equal(all.length, report.long?.rows.length);
  }
  assert.deepEqual(trainingCharts({ ...report, long: null }, "r1"), []);
});

Deno.test("chartFigure() has a labelled switch for each engine and axis, and its drawing without any script", () => {
  const html = chartFigure(scalingCharts(exampleReport(), "r1")[0]);
  assert.equal(html.match(/<label><input type="checkbox" checked data-series=/g)?.length, 4);
  assert.equal(html.match(/type="radio"/g)?.length, 4);
  assert.equal(html.match(/ checked>logarithmic/g)?.length, 2);
  assert.match(html, /<svg [^>]*role="img"/);
  assert.match(html, /aria-live="polite"/);
  assert.match(html, /transformer-naive<\/span> <small>\d/);
});
