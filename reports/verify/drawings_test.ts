import assert from "node:assert/strict";
import { exampleEval } from "../example_eval.ts";
import { exampleReport } from "../example_report.ts";
import { exampleTraining } from "../example_training.ts";
import { compareDrawing, drawingsOf } from "./drawings.ts";

const SVG =
  '<svg width="845"><path fill="#0072B2" transform="translate(39.25,-400.123456789012)"/>\n<text>1.5</text></svg>';

/** Where a drawing that says `to` in place of `from` differs from the one above. */
const where = (from: string, to: string): string[] =>
  compareDrawing(SVG.replace(from, to), SVG, "time.svg").map(({ where }) => where);

Deno.test("compareDrawing() finds nothing in the same drawing, and allows the last digits of a coordinate", () => {
  assert.deepEqual(compareDrawing(SVG, SVG, "time.svg"), []);
  assert.deepEqual(where("-400.123456789012", "-400.123456789"), []);
});

Deno.test("compareDrawing() names line and column of a number, a colour or a text that is another", () => {
  const column = SVG.indexOf("39.25") + 4;
  assert.deepEqual(where("39.25", "39.35"), [`time.svg line 1 column ${column}`]);
  assert.deepEqual(where("#0072B2", "#0172B2"), [`time.svg line 1 column ${SVG.indexOf("072B2") + 1}`]);
  assert.deepEqual(where('"845"', '"846"'), [`time.svg line 1 column ${SVG.indexOf('5"') + 1}`]);
  assert.deepEqual(where("-400.1", "400.1"), [`time.svg line 1 column ${SVG.indexOf("-400") + 1}`]);
  assert.equal(where("-400.1234567", "-400.1234577").length, 1);
  assert.deepEqual(where("1.5", "1.6"), ["time.svg line 2 column 9"]);
});

Deno.test("compareDrawing() names the place where a drawing ends early or goes on, and shows what stands there", () => {
  assert.deepEqual(where("</text></svg>", ""), ["time.svg line 2 column 10"]);
  const [{ stated, recomputed }] = compareDrawing(SVG + " ", SVG, "time.svg");
  assert.deepEqual([stated, recomputed], ["…> <text>1.5</text></svg> …", "(end of file)"]);
});

Deno.test("drawingsOf() has the drawings of scaling and training reports, and none of others", () => {
  const files = (report: Parameters<typeof drawingsOf>[0]): string[] => drawingsOf(report).map(({ file }) => file);
  assert.deepEqual(files(exampleReport()), ["time.svg", "encoder.svg", "memory.svg"]);
  assert.deepEqual(files(exampleTraining()), ["time.svg", "memory.svg"]);
  assert.deepEqual(files({ ...exampleTraining(), long: null }), []);
  assert.deepEqual(files(exampleEval().report), []);
});
