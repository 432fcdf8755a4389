import assert from "node:assert/strict";
import { deviates, measuredTiming, rounds } from "./testing.ts";
import { isClear, logRatios, timingRows } from "./timing_rows.ts";

Deno.test("logRatios() compares each process's median sample with that of its own round", () => {
  const [round] = rounds(1, ["a"], 0, () => 0);
  round.baseline.a = [1, 2, 90];
  round.candidate.a = [4, 4, 4];
  assert.deepEqual(logRatios([round], "a", "candidate"), [Math.log(2)]);
});

Deno.test("timingRows() gives medians, ratio and the control's own ratio", () => {
  const lane = measuredTiming(rounds(8, ["a"], 0.001, deviates(1), { "candidate a": 1.2, "control a": 1.1 }));
  const [row] = timingRows(lane);
  assert.equal(row.verdict, "regression");
  assert.ok(Math.abs(row.ratio - 1.2) < 0.003 && Math.abs(row.control!.ratio - 1.1) < 0.003);
  assert.ok(Math.abs(row.candidate_seconds / row.baseline_seconds - 1.2) < 0.003);
  assert.equal(row.control!.verdict, "regression");
});

Deno.test("timingRows() draws wider intervals for more benchmarks, and waits for the first look", () => {
  const lane = measuredTiming(rounds(8, ["a", "b", "c"], 0.01, deviates(1)));
  const width = (launches: Record<string, number>): number => {
    const [{ lower, upper }] = timingRows({ ...lane, launches });
    return upper / lower;
  };
  assert.ok(width({ a: 10, b: 10, c: 10 }) > width({ a: 10 }));
  assert.deepEqual(timingRows(measuredTiming(rounds(7, ["a"], 0.01, deviates(1)))), []);
});

Deno.test("isClear() waits for the control as for the candidate", () => {
  const [row] = timingRows(measuredTiming(rounds(8, ["a"], 0.001, deviates(1))));
  assert.equal(isClear([row]), true);
  assert.equal(isClear([{ ...row, control: { ...row.control!, verdict: "inconclusive" } }]), false);
  assert.equal(isClear([{ ...row, verdict: "inconclusive" }]), false);
  assert.equal(isClear([]), false);
});
