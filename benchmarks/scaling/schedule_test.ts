import assert from "node:assert/strict";
import { type PlannedPoint, planPoints } from "./plan.ts";
import { predict, type TimedPoint } from "./predict.ts";
import { ENGINES, OWN_ENGINES } from "./protocol.ts";
import { allow, GRACE_SECONDS, secondsLeft, warmupsOf } from "./schedule.ts";

const naive = (minutes: number, batch = 1): PlannedPoint => ({ engine: "transformer-naive", minutes, batch });
const samba = (minutes: number, batch = 1): PlannedPoint => ({ engine: "samba", minutes, batch });
const took = (point: PlannedPoint, seconds: number, atLeast = false): TimedPoint => ({
  ...point,
  seconds,
  atLeast,
  wallRatio: 1,
});
const close = (actual: number | undefined, expected: number): void =>
  assert.ok(Math.abs(actual! - expected) <= 1e-9 * expected, `${actual} is not ${expected}`);

Deno.test("planPoints() puts samba first, then a point of every engine, then streaming, then the others by length, then whisper", () => {
  const points = planPoints(OWN_ENGINES, [15, 5, 10], [8, 1]);
  assert.equal(new Set(points.map((point) => JSON.stringify(point))).size, 36);
  assert.equal(points.length, 36);
  assert.deepEqual(points.slice(0, 18).map(({ engine, minutes }) => `${engine} ${minutes}`), [
    ...["samba 5", "samba 10", "samba 15"],
    ...["samba-causal 5", "samba-streaming 5", "transformer-naive 5", "transformer-flash 5", "transformer-window 5"],
    ...["samba-streaming 10", "samba-streaming 15"],
    ...["samba-causal 10", "transformer-naive 10", "transformer-flash 10", "transformer-window 10"],
    ...["samba-causal 15", "transformer-naive 15", "transformer-flash 15", "transformer-window 15"],
  ]);
  assert.ok(points.slice(0, 18).every(({ batch }) => batch === 1));
  assert.ok(points.slice(18).every(({ batch }) => batch === 8));
  assert.deepEqual(planPoints(["transformer-flash"], [5], [1]), [{
    engine: "transformer-flash",
    minutes: 5,
    batch: 1,
  }]);
  const whisper = planPoints(ENGINES, [5, 10, 15], [1]).flatMap(({ engine, minutes }, i) =>
    engine === "whisper" ? [[i, minutes]] : []
  );
  assert.deepEqual(
    whisper,
    [[8, 5], [19, 10], [20, 15]],
    "its first is where times become known, its others come last",
  );
});

Deno.test("predict() knows nothing before the engine was timed", () => {
  assert.equal(predict(samba(10), []), null);
  assert.equal(predict(samba(10), [took(naive(5), 1)]), null);
});

Deno.test("predict() assumes an exponent from one length and fits one from two", () => {
  close(predict(samba(10), [took(samba(5), 3)])?.seconds, 6);
  close(predict(naive(10), [took(naive(5), 3)])?.seconds, 12);
  close(predict(naive(20), [took(naive(5), 3), took(naive(10), 3 * 2 ** 1.5)])?.seconds, 3 * 4 ** 1.5);
});

Deno.test("predict() expects no less time for longer audio, whatever noise makes of the fit", () => {
  assert.equal(predict(samba(10), [took(samba(1), 3), took(samba(2), 2)])?.seconds, 3);
});

Deno.test("predict() scales by the batch where its own batch was not timed", () => {
  close(predict(samba(10, 8), [took(samba(5), 1), took(samba(10), 2)])?.seconds, 16);
  close(predict(samba(10, 8), [took(samba(10), 2), took(samba(5, 8), 7)])?.seconds, 14);
});

Deno.test("predict() takes the longest point's share of other work, not that of short ones", () => {
  const timed = [{ ...took(samba(5), 0.1), wallRatio: 30 }, { ...took(samba(10), 0.2), wallRatio: 2 }];
  const prediction = predict(samba(20), timed)!;
  assert.ok(Math.abs(prediction.wallSeconds / prediction.seconds - 2) < 1e-12);
});

Deno.test("predict() lets a point that was ended early bound longer ones", () => {
  const bounded = predict(naive(20), [took(naive(5), 1), took(naive(10), 30, true)]);
  assert.deepEqual(bounded, { seconds: 120, wallSeconds: 120, atLeast: true });
  // Nothing follows for a shorter one.
  close(predict(naive(6), [took(naive(5), 1), took(naive(10), 30, true)])?.seconds, 1.44);
});

const LIMITS = { budgetSeconds: 60, totalBudgetSeconds: null, warmups: 1 };

Deno.test("allow() leaves out a point whose warm-up and one repeat exceed its budget", () => {
  const known = { timed: [took(naive(5), 10)], startSeconds: () => 1, elapsedSeconds: 1000 };
  const refused = allow(LIMITS, { ...known, left: [naive(10)] });
  assert.equal(refused.run, false);
  assert.equal(refused.run || refused.reason, "81 s expected, 60 s allowed; give more with --budget");
  assert.equal(refused.prediction?.seconds, 40);
  const allowed = allow({ ...LIMITS, budgetSeconds: 81 }, { ...known, left: [naive(10)] });
  assert.equal(allowed.run && allowed.deadlineSeconds, 82 + GRACE_SECONDS);
});

Deno.test("allow() counts what a process does besides its repeats", () => {
  const timed = [{ ...took(samba(5), 10), wallRatio: 3 }];
  const refused = allow({ ...LIMITS, warmups: 0 }, {
    timed,
    startSeconds: () => 1,
    elapsedSeconds: 0,
    left: [samba(10)],
  });
  assert.equal(refused.run || refused.reason, "61 s expected, 60 s allowed; give more with --budget");
  assert.equal(refused.prediction?.seconds, 20);
});

Deno.test("allow() gives an unknown point an even share among the engines not begun when there is a total", () => {
  const left = [naive(5), { engine: "transformer-flash", minutes: 5, batch: 1 } as const, samba(10)];
  const known = { timed: [took(samba(5), 1)], startSeconds: () => 0, elapsedSeconds: 30, left };
  const allowed = allow({ ...LIMITS, totalBudgetSeconds: 70 }, known);
  assert.equal(allowed.run && allowed.deadlineSeconds, 20 + GRACE_SECONDS);
  assert.ok(allowed.run && Math.abs(allowed.budgetSeconds - 40 / 3) < 1e-9);
});

Deno.test("allow() leaves out what exceeds the rest of the total", () => {
  const limits = { ...LIMITS, totalBudgetSeconds: 70 };
  const known = { timed: [took(samba(5), 4)], startSeconds: () => 1, elapsedSeconds: 60 };
  const refused = allow(limits, { ...known, left: [samba(10)] });
  assert.equal(
    refused.run || refused.reason,
    "17 s expected; 10 s are left of 70 s in all; give more with --total-budget",
  );
  const late = allow(limits, { ...known, elapsedSeconds: 71, left: [naive(5)] });
  assert.equal(
    late.run || late.reason,
    "never begun, so its time is not known; nothing is left of 70 s in all; give more with --total-budget",
  );
  assert.equal(late.prediction, null);
});

Deno.test("secondsLeft() adds predicted repeats, skips what will be left out, and ends with the total", () => {
  const known = {
    timed: [took(samba(5), 1), took(naive(5), 30)],
    startSeconds: () => 1,
    elapsedSeconds: 60,
    left: [samba(10), naive(20)],
  };
  assert.equal(secondsLeft({ ...LIMITS, repeats: 9 }, known, null), null);
  assert.equal(secondsLeft({ ...LIMITS, repeats: 9 }, known, 5), 21);
  assert.equal(secondsLeft({ ...LIMITS, repeats: 9, totalBudgetSeconds: 70 }, known, 5), 10);
});

Deno.test("allow() counts what whisper's process takes to start, and no warm-up of full length", () => {
  const whisper = (minutes: number): PlannedPoint => ({ engine: "whisper", minutes, batch: 1 });
  const timed = [took(whisper(1), 12), took(samba(1), 1)];
  const startSeconds = (engine: string): number => engine === "whisper" ? 9 : 1;
  const known = { timed, startSeconds, elapsedSeconds: 0 };
  const refused = allow(LIMITS, { ...known, left: [whisper(5)] });
  assert.equal(refused.run || refused.reason, "69 s expected, 60 s allowed; give more with --budget");
  assert.equal(refused.prediction?.seconds, 60);
  const allowed = allow({ ...LIMITS, budgetSeconds: 69 }, { ...known, left: [whisper(5)] });
  assert.equal(allowed.run && allowed.deadlineSeconds, 69 + 9 + GRACE_SECONDS);
  const other = allow(LIMITS, { ...known, left: [samba(2)] });
  assert.equal(other.run && other.deadlineSeconds, 60 + 1 + GRACE_SECONDS, "whisper's start is not the others'");
  assert.equal(secondsLeft({ ...LIMITS, repeats: 2 }, { ...known, left: [whisper(2), samba(2)] }, 1), 9 + 48 + 1 + 6);
  assert.deepEqual([warmupsOf("whisper", 1), warmupsOf("samba", 1)], [0, 1]);
});
