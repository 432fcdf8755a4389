import assert from "node:assert/strict";
import { planted, wholeCalls } from "./plant.ts";

/** Launches that so many calls make. */
function launchesOf(calls: number, share: number): number {
  let launches = 0;
  const launch = planted(() => launches++, share);
  for (let i = 0; i < calls; i++) launch();
  return launches;
}

Deno.test("planted() launches a share of the calls once more, exactly where that is a whole number", () => {
  assert.equal(launchesOf(10, 0.1), 11);
  assert.equal(launchesOf(30, 0.1), 33);
  assert.equal(launchesOf(20, 0.05), 21);
  assert.equal(launchesOf(3, 2), 9);
  assert.equal(launchesOf(9, 0.1), 9);
});

Deno.test("wholeCalls() gives the calls of which a share is a whole number", () => {
  assert.deepEqual([0.1, 0.05, 0.5, 1, 0.03, 1 / 3].map(wholeCalls), [10, 20, 10, 10, 100, 30]);
});
