import assert from "node:assert/strict";
import { deviates, rounds } from "../../../reports/gate/testing.ts";
import { seededRandom } from "../../../reports/statistics/random.ts";
import { resampledTable, simulate } from "./resample.ts";
import type { RecordedRound } from "./recorded.ts";

const recorded: RecordedRound[] = rounds(40, ["matmul", "layer_norm"], 0.02, deviates(3)).map((round) => (
  { busy: false, launches: { matmul: 10, layer_norm: 10 }, round }
));

Deno.test("simulate() finds what is planted in recorded noise, and its share in the interval", () => {
  const planted = simulate(recorded, "matmul", 0.1, 50, seededRandom(1));
  assert.equal(planted.regressions, 50);
  assert.equal(planted.falseAlarms, 0);
  assert.ok(planted.covered >= 48, `${planted.covered}`);
  assert.ok(planted.pairs >= 8 && planted.pairs <= 30);
  assert.equal(simulate(recorded, null, 0, 50, seededRandom(1)).regressions, 0);
});

Deno.test("simulate() takes any process of a round for the candidate, so that no recorded offset becomes an alarm", () => {
  const offset = recorded.map((line) => (
    {
      ...line,
      round: { ...line.round, candidate: { ...line.round.candidate, matmul: [1.1 * line.round.candidate.matmul[0]] } },
    }
  ));
  const rates = simulate(offset, null, 0, 400, seededRandom(1));
  assert.ok(rates.regressions <= 4, `${rates.regressions} of 400`);
  assert.ok(rates.pairs > 15, `${rates.pairs}`); // one process in three is a tenth slower: that is noise
});

Deno.test("resampledTable() has a row for nothing and two for each benchmark", () => {
  const lines = resampledTable(recorded, 5, 1).split("\n");
  assert.equal(lines.length, 2 + 1 + 4);
  assert.match(lines[4], /^\| matmul \+10 % \| 100\.0 % \|/);
});
