import assert from "node:assert/strict";
import type { Chart } from "./chart_model.ts";
import { chartSvg } from "./chart_svg.ts";
import { type ChartView, type Layout, layoutOf, markByKey, nearestMark } from "./layout.ts";
import { readout } from "./readout.ts";

const point = (minutes: number, value: number) => ({
  minutes,
  value,
  lower: 0.9 * value,
  upper: value,
  note: "10 repeats",
});

const CHART: Chart = {
  id: "c",
  title: "Time <b>",
  unit: "seconds",
  counts: "time",
  series: [
    {
      name: "linear",
      detail: "1.00",
      style: 0,
      points: [point(5, 0.05), point(10, 0.1), point(20, 0.2)],
      missing: [],
      fit: { intercept: Math.log(0.01), exponent: 1 },
    },
    {
      name: "quadratic",
      detail: "",
      style: 3,
      points: [point(5, 0.25), point(10, 1)],
      missing: [{ minutes: 20, reason: "over-limit: too long" }],
      fit: null,
    },
  ],
};

const VIEW: ChartView = { width: 700, x: "log", y: "log", hidden: [] };

/** Tops of the points of a series, by its index. */
const topsOf = ({ marks }: Layout, series: number): number[] =>
  marks.filter((mark) => mark.series === series && !mark.missing).map(({ top }) => top);

Deno.test("layoutOf() puts a power law on a straight line where both axes are logarithmic, and 0 at the foot where not", () => {
  const [a, b, c] = topsOf(layoutOf(CHART, VIEW), 0);
  assert.ok(Math.abs((a - b) - (b - c)) < 1e-9);
  const linear = layoutOf(CHART, { ...VIEW, x: "linear", y: "linear" });
  const [p, q, r] = topsOf(linear, 0);
  assert.ok(Math.abs((q - r) - 2 * (p - q)) < 1e-9);
  assert.ok(Math.abs((linear.box.bottom - q) - 2 * (linear.box.bottom - p)) < 1e-9);
});

Deno.test("layoutOf() takes unit and axis from what is shown, and keeps everything within the box", () => {
  const all = layoutOf(CHART, VIEW);
  assert.deepEqual([all.unit, all.marks.length], ["s", 6]);
  const one = layoutOf(CHART, { ...VIEW, hidden: ["quadratic"] });
  assert.deepEqual([one.unit, one.marks.length, one.shown.length], ["ms", 3, 1]);
  for (const width of [240, 334, 1200]) {
    const { box, marks, height } = layoutOf(CHART, { ...VIEW, width });
    for (const { left, top, missing } of marks) {
      assert.ok(left >= box.left && left <= box.right && top > 0 && top < (missing ? box.top : box.bottom));
    }
    assert.ok(height >= 280);
  }
});

Deno.test("nearestMark() finds the mark within reach, and none beyond", () => {
  const layout = layoutOf(CHART, VIEW);
  const { left, top } = layout.marks[4];
  assert.equal(nearestMark(layout, left + 3, top - 2, 36), 4);
  assert.equal(nearestMark(layout, left, layout.height + 100, 36), -1);
});

Deno.test("markByKey() walks along a series and across, and leaves other keys alone", () => {
  const layout = layoutOf(CHART, VIEW);
  const walk = (...keys: string[]): number[] => {
    const at = [-1];
    for (const key of keys) at.push(markByKey(layout, at[at.length - 1], key) ?? NaN);
    return at.slice(1);
  };
  assert.deepEqual(walk("ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft"), [0, 1, 2, 2, 1]);
  assert.deepEqual(walk("ArrowRight", "End", "ArrowDown", "Home", "ArrowUp"), [0, 2, 5, 3, 0]);
  assert.equal(markByKey(layout, 0, "Tab"), null);
  assert.equal(markByKey(layoutOf(CHART, { ...VIEW, hidden: ["linear", "quadratic"] }), -1, "End"), null);
});

Deno.test("readout() tells figure and interval, or why there is none", () => {
  const { marks } = layoutOf(CHART, VIEW);
  assert.deepEqual(readout(CHART, marks[0]), [
    "linear, 5 min",
    "50.0 ms, 95 % interval 45.0 ms to 50.0 ms",
    "10 repeats",
  ]);
  assert.deepEqual(readout(CHART, marks[5]), ["quadratic, 20 min", "no measurement", "over-limit: too long"]);
});

Deno.test("chartSvg() draws marks, bars, lines, ticks and a ring, escapes the title, and says when nothing is shown", () => {
  const layout = layoutOf(CHART, VIEW);
  const svg = chartSvg(CHART, layout, 1);
  assert.equal(svg.match(/class="dot"/g)?.length, 5);
  assert.equal(svg.match(/class="cross"/g)?.length, 1);
  assert.equal(svg.match(/class="ring"/g)?.length, 1);
  assert.match(svg, /aria-label="Time &lt;b&gt;: linear, quadratic"/);
  assert.doesNotMatch(svg, /NaN|Infinity|undefined|<b>/);
  // A fitted line passes through points that lie on it.
  const [, line] = /class="line" d="([^"]+)"/.exec(svg) ?? [];
  const [x, y] = line.split("L").at(-1)!.split(" ").map(Number);
  assert.ok(Math.abs(x - layout.marks[2].left) < 0.2 && Math.abs(y - layout.marks[2].top) < 0.2);
  const empty = chartSvg(CHART, layoutOf(CHART, { ...VIEW, hidden: ["linear", "quadratic"] }), -1);
  assert.match(empty, /every engine is switched off/);
  assert.doesNotMatch(empty, /NaN|Infinity/);
});
