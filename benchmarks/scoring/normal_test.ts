import assert from "node:assert/strict";
import { twoSidedNormal } from "./normal.ts";

Deno.test("twoSidedNormal() gives tabulated probabilities, far out in the tails as well", () => {
  // scipy.stats: 2 * norm.sf(z)
  const table: [number, number][] = [
    [0, 1],
    [0.5, 0.6170750774519738],
    [1.959963984540054, 0.05],
    [2.5758293035489004, 0.01],
    [2.83, 0.004654800413463103],
    [4, 6.334248366623996e-05],
    [10, 1.5239706048321052e-23],
    [22.5425, 1.590781241490459e-112],
  ];
  for (const [z, p] of table) {
    assert.ok(Math.abs(twoSidedNormal(z) / p - 1) < 1e-10, `${z}: ${twoSidedNormal(z)} instead of ${p}`);
  }
});

Deno.test("twoSidedNormal() has no step where it changes its formula", () => {
  const at = 2 * Math.SQRT2;
  assert.ok(Math.abs(twoSidedNormal(at - 1e-9) / twoSidedNormal(at + 1e-9) - 1) < 1e-7);
});
