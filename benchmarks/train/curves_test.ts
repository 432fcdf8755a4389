import assert from "node:assert/strict";
import { join } from "node:path";
import { CURVES_FILE, curvesSpec, renderCurves, writeCurves } from "./curves.ts";
import { startLog } from "./log.ts";
import type { LogLine } from "./log_schema.ts";
import { devLine, exampleHeader, stepsLine } from "./testing.ts";

const LINES: LogLine[] = [];
for (let step = 10; step <= 2000; step += 10) LINES.push(stepsLine(step));
LINES.push({ ...devLine(1000, 0.4), wer_greedy: 0.5 }, { ...devLine(2000, 0.2), wer_greedy: 0.25 });

/** Number of lines in a drawing. */
function curves(svg: string): number {
  return [...svg.matchAll(/aria-roledescription="line mark"/g)].length;
}

Deno.test("renderCurves() draws loss and dev WER of both heads, and the learning rate", async () => {
  const svg = await renderCurves({ header: exampleHeader(), lines: LINES });
  assert.equal(curves(svg), 5);
  assert.equal([...svg.matchAll(/aria-roledescription="point"/g)].length, 4, "a point an evaluation and head");
  const texts = [...svg.matchAll(/<(?:text|tspan)[^>]*>([^<]+)</g)].map((match) => match[1]);
  const expected = ["loss, nats a token", "dev WER, %", "learning rate", "step", "CTC", "decoder", "2,000"];
  for (const text of [...expected, "Training of samba-an4"]) assert.ok(texts.includes(text), `${text} is missing`);
  assert.match(svg, /a test device · 2\.00 M weights · seed 1/);
  assert.match(svg, /trained on 848 utterances \(0\.67 h\), dev 100 \(0\.083 h\)/);
  assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
});

Deno.test("renderCurves() draws what there is of a run that has just begun, and of losses that are none or zero", async () => {
  const lines: LogLine[] = [
    { ...stepsLine(10), ctc_loss: null },
    { ...stepsLine(20), ce_loss: 0 },
    { ...stepsLine(30), ctc_loss: null, ce_loss: null },
  ];
  const svg = await renderCurves({ header: exampleHeader(), lines });
  assert.equal(curves(svg), 3);
  assert.doesNotMatch(JSON.stringify(curvesSpec({ header: exampleHeader(), lines })), /"log"/, "0 has no logarithm");
  assert.doesNotMatch(svg, /NaN|Infinity|undefined|dev WER/);
  assert.match(await renderCurves({ header: exampleHeader(), lines: [] }), /Training of samba-an4/);
});

Deno.test("writeCurves() draws beside the log, and nothing where there is none", async () => {
  const folder = await Deno.makeTempDir({ prefix: "samba-curves-" });
  try {
    await writeCurves(folder);
    assert.deepEqual(await Array.fromAsync(Deno.readDir(folder)), []);
    const log = await startLog(folder, exampleHeader());
    log.append(stepsLine(10));
    log.close();
    await writeCurves(folder);
    assert.match(await Deno.readTextFile(join(folder, CURVES_FILE)), /^<svg/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
