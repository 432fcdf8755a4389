import assert from "node:assert/strict";
import { isTooWide, pairedRatio, ratioVerdict } from "./ratio_verdict.ts";

/** Log ratios round a change, with a spread that alternates. */
function around(change: number, spread: number, pairs = 12): number[] {
  return Array.from({ length: pairs }, (_, i) => Math.log(1 + change) + spread * (i % 4 - 1.5));
}

Deno.test("pairedRatio() gives a slowdown of a tenth as 1.1, whatever one disturbed pair says", () => {
  const { ratio, lower, upper } = pairedRatio([...around(0.1, 0.001), 3], 0.99);
  assert.ok(Math.abs(ratio - 1.1) < 0.002, `${ratio}`);
  assert.ok(lower < 1.1 && upper > 1.1 && upper < 1.11, `${lower} … ${upper}`);
});

Deno.test("ratioVerdict() needs both an effect and evidence for a regression", () => {
  assert.equal(ratioVerdict(around(0.1, 0.01), 0.999, 0.05), "regression");
  assert.equal(ratioVerdict(around(0.03, 0.001), 0.999, 0.05), "unchanged"); // evidence without the effect
  assert.equal(ratioVerdict(around(0.1, 0.2), 0.999, 0.05), "inconclusive"); // the effect without evidence
});

Deno.test("ratioVerdict() names an improvement, and what it cannot tell yet", () => {
  assert.equal(ratioVerdict(around(-0.1, 0.01), 0.999, 0.05), "improvement");
  assert.equal(ratioVerdict(around(0.045, 0.01), 0.999, 0.05), "inconclusive");
  assert.equal(ratioVerdict(around(0, 0.01), 0.999, 0.05), "unchanged");
});

Deno.test("isTooWide() tells an interval in which twice the effect hides from one that is past 1 or below that", () => {
  assert.equal(isTooWide({ ratio: 1, lower: 0.9, upper: 1.12 }, 0.05), true);
  assert.equal(isTooWide({ ratio: 1, lower: 0.9, upper: 1.08 }, 0.05), false);
  assert.equal(isTooWide({ ratio: 1.1, lower: 1.01, upper: 1.2 }, 0.05), false);
});
