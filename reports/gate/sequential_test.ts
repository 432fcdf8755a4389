import assert from "node:assert/strict";
import { decide } from "./sequential.ts";
import { deviates, measuredTiming, rounds } from "./testing.ts";

const NAMES = ["a", "b", "c", "d", "e", "f"];
const LANE = measuredTiming(rounds(1, NAMES, 0, () => 0));

/** Share of gate runs whose candidate gets a regression in `wanted`, and the mean of their pairs. */
function simulate(runs: number, spread: number, wide: number, slower: Record<string, number>, wanted: string[]) {
  const deviate = deviates(7, 0.1, wide);
  let [alarms, pairs] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const decision = decide(LANE, rounds(30, NAMES, spread, deviate, slower));
    pairs += decision.pairs;
    if (decision.rows.some(({ name, verdict }) => verdict === "regression" && wanted.includes(name))) alarms++;
  }
  return { share: alarms / runs, pairs: pairs / runs };
}

Deno.test("decide() raises at most one false alarm in a hundred runs, whether noise is small, large or full of outliers", () => {
  for (const [spread, wide] of [[0.02, 1], [0.05, 4], [0.3, 1], [0.3, 4]]) {
    const { share } = simulate(200, spread, wide, {}, NAMES);
    assert.ok(share <= 0.01, `${share} at a spread of ${spread}, outliers of ${wide}`);
  }
});

Deno.test("decide() finds a slowdown by a tenth in at least 95 of 100 runs, and raises no alarm about the others", () => {
  for (const [spread, wide] of [[0.02, 1], [0.035, 4]]) {
    const slower = { "candidate c": 1.1 };
    assert.ok(simulate(100, spread, wide, slower, ["c"]).share >= 0.95);
    assert.ok(simulate(100, spread, wide, slower, NAMES.filter((name) => name !== "c")).share <= 0.01);
  }
});

Deno.test("decide() stops at the first look where noise is small, and goes on where it is not", () => {
  assert.equal(simulate(20, 0.005, 1, {}, []).pairs, 8);
  assert.ok(simulate(20, 0.05, 1, {}, []).pairs > 12);
});

Deno.test("decide() says nothing before the first look", () => {
  assert.deepEqual(decide(LANE, rounds(5, NAMES, 0.01, deviates(1))).rows, []);
});

Deno.test("decide() raises no alarm where half of all processes are slow for reasons of their own", () => {
  const deviate = deviates(11);
  const slowOrNot = deviates(12);
  for (let run = 0; run < 60; run++) {
    const bimodal = () => 0.01 * deviate() + (slowOrNot() > 0 ? 0.2 : 0);
    const { rows } = decide(LANE, rounds(30, NAMES, 1, bimodal));
    assert.ok(rows.every(({ verdict }) => verdict !== "regression"), `run ${run}`);
  }
});
