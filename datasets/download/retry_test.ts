import assert from "node:assert/strict";
import { contentRange } from "./answer.ts";
import { SYSTEM_CLOCK } from "./clock.ts";
import { DownloadError, Transient } from "./errors.ts";
import { backoffSeconds, retryAfterSeconds, retrying } from "./retry.ts";
import { fakeClock } from "./testing.ts";

Deno.test("backoffSeconds() doubles up to a minute, and chance takes up to half", () => {
  assert.deepEqual([1, 2, 3, 6, 7, 60].map((n) => backoffSeconds(n, 0)), [1, 2, 4, 32, 60, 60]);
  assert.equal(backoffSeconds(4, 0.5), 6);
  assert.ok(backoffSeconds(4, 1 - 2 ** -32) > 4);
});

Deno.test("retryAfterSeconds() reads seconds and dates, caps both, and heeds nothing else", () => {
  const now = Date.UTC(2026, 1, 3, 4, 5, 6);
  assert.equal(retryAfterSeconds("120", now), 120);
  assert.equal(retryAfterSeconds("0", now), 0);
  assert.equal(retryAfterSeconds("Tue, 03 Feb 2026 04:05:36 GMT", now), 30);
  assert.equal(retryAfterSeconds("Tue, 03 Feb 2026 04:05:00 GMT", now), 0);
  assert.equal(retryAfterSeconds("Wed, 04 Feb 2026 04:05:00 GMT", now), 300);
  assert.equal(retryAfterSeconds("100000", now), 300);
  assert.deepEqual([null, "soon", ""].map((header) => retryAfterSeconds(header, now)), [null, null, null]);
});

Deno.test("retrying() gives up after attempts in a row, which renew() gives back", async () => {
  const clock = fakeClock();
  let calls = 0;
  const attempt = (renew: () => void) => {
    if (++calls === 2) renew();
    return Promise.reject(new Transient(`failure ${calls}`));
  };
  await assert.rejects(retrying("x", () => "do y", attempt, { clock, attempts: 3 }), (error: Error) => {
    assert.ok(error instanceof DownloadError);
    assert.equal(error.message, "x: failure 4; given up after 3 attempts; do y");
    return true;
  });
  assert.deepEqual(clock.slept, [1, 1, 2]);
});

Deno.test("retrying() repeats nothing but what is transient", async () => {
  let calls = 0;
  const attempt = () => Promise.reject(new TypeError(`a fault, ${++calls}`));
  await assert.rejects(retrying("x", () => "", attempt, { clock: fakeClock() }), TypeError);
  assert.equal(calls, 1);
});

Deno.test("SYSTEM_CLOCK.sleep() ends at once when it is interrupted, also beforehand", async () => {
  const stop = new AbortController();
  const sleeping = SYSTEM_CLOCK.sleep(1000, stop.signal);
  stop.abort(new Error("Ctrl-C"));
  await assert.rejects(sleeping, /Ctrl-C/);
  await assert.rejects(SYSTEM_CLOCK.sleep(1000, stop.signal), /Ctrl-C/);
  await SYSTEM_CLOCK.sleep(0.001, new AbortController().signal);
});

Deno.test("contentRange() reads what RFC 9110 allows, and nothing that contradicts itself", () => {
  assert.deepEqual(contentRange("bytes 5-9/10"), { start: 5, end: 9, total: 10 });
  assert.deepEqual(contentRange("bytes 5-9/*"), { start: 5, end: 9, total: null });
  for (const wrong of [null, "", "bytes */10", "bytes 9-5/10", "bytes 5-10/10", "pages 1-2/3", "bytes 5-9"]) {
    assert.equal(contentRange(wrong), null, String(wrong));
  }
});
