import assert from "node:assert/strict";
import { chartData, type ChartPoint } from "./chart_data.ts";

function point(minutes: number, value: number, outside: number | null = null): ChartPoint {
  return { label: "a", batch: 1, minutes, figure: { median: value, lower: value / 2, upper: 2 * value }, outside };
}

Deno.test("chartData() puts points in the unit that suits the greatest, with their interval", () => {
  const { points, unit } = chartData([point(5, 0.25), point(10, 0.5)], [], true);
  assert.equal(unit, "ms");
  assert.deepEqual(points[1], { label: "a", batch: 1, minutes: 10, value: 500, lower: 250, upper: 1000 });
  assert.equal(chartData([point(5, 0.25), point(10, 1)], [], true).unit, "s");
  assert.equal(chartData([point(5, 2 ** 29)], [], false).unit, "MiB");
  assert.equal(chartData([point(5, 2 ** 30)], [], false).unit, "GiB");
  assert.deepEqual(chartData([], [], true).points, []);
});

Deno.test("chartData() draws a fit between the ends of its own points", () => {
  const fit = { label: "a", batch: 1, intercept: Math.log(3), exponent: 2 };
  const { lines } = chartData([point(20, 1200), point(5, 75), { ...point(40, 1), label: "b" }], [fit], true);
  assert.deepEqual(lines.map(({ minutes }) => minutes), [5, 20]);
  assert.deepEqual(lines.map(({ value }) => Math.round(value)), [75, 1200]);
});

Deno.test("chartData() shows memory from outside where something saw it", () => {
  const { outside } = chartData([point(5, 2 ** 20, 2 ** 21), point(10, 2 ** 20), point(15, 2 ** 20, 0)], [], false);
  assert.deepEqual(outside.map(({ minutes, value }) => [minutes, value]), [[5, 2]]);
});
