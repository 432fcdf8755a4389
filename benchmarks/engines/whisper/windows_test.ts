import assert from "node:assert/strict";
import { readWindow, SAMPLE_RATE, WINDOW_SAMPLES } from "./windows.ts";

const END = 50257;
const TIMES = 50364;
const PROMPT = [50258, 50259, 50359];

/** The token of a timestamp. */
const at = (seconds: number): number => TIMES + Math.round(seconds / 0.02);

function read(tokens: readonly number[], fromSeconds = 0, seconds = 30): ReturnType<typeof readWindow> {
  return readWindow([...PROMPT, ...tokens, END], END, TIMES, fromSeconds * SAMPLE_RATE, seconds * SAMPLE_RATE);
}

Deno.test("readWindow() gives segments their times and goes on behind the window when the last one is closed", () => {
  const { segments, next } = read([at(0), 1, 2, at(2.5), at(3), 4, at(9.98)], 60, 12);
  assert.deepEqual(segments, [
    { start: 60, end: 62.5, tokens: [1, 2] },
    { start: 63, end: 69.98, tokens: [4] },
  ]);
  assert.equal(next, 72 * SAMPLE_RATE);
});

Deno.test("readWindow() starts the next window where a segment was left open, and drops its tokens", () => {
  const { segments, next } = read([at(0), 1, at(26), at(26), 2, 3], 30);
  assert.deepEqual(segments, [{ start: 30, end: 56, tokens: [1] }]);
  assert.equal(next, 56 * SAMPLE_RATE);
});

Deno.test("readWindow() starts the next window at the last pair when it stands at the end", () => {
  const { segments, next } = read([at(1), 1, at(20), at(20)]);
  assert.deepEqual(segments, [{ start: 1, end: 20, tokens: [1] }]);
  assert.equal(next, 20 * SAMPLE_RATE);
});

Deno.test("readWindow() takes a window without pairs as one segment, up to its last timestamp if it has one", () => {
  assert.deepEqual(read([at(0), 1, 2]), { segments: [{ start: 0, end: 30, tokens: [1, 2] }], next: WINDOW_SAMPLES });
  assert.deepEqual(read([at(0), 1, at(7)], 30), {
    segments: [{ start: 30, end: 37, tokens: [1] }],
    next: 2 * WINDOW_SAMPLES,
  });
});

Deno.test("readWindow() finds no segment where nothing was said, and goes on", () => {
  for (const tokens of [[], [at(0)], [at(0), at(0)], [at(0), at(4), at(4), at(8)]]) {
    const { segments, next } = read(tokens, 0, 30);
    assert.deepEqual(segments, []);
    assert.ok(next > 0 && next <= WINDOW_SAMPLES, `${tokens} leads to ${next}`);
  }
});

Deno.test("readWindow() keeps times within the recording where Whisper hears on into the padding", () => {
  const { segments, next } = read([at(0), 1, at(29)], 0, 5.5);
  assert.deepEqual(segments, [{ start: 0, end: 5.5, tokens: [1] }]);
  assert.equal(next, 5.5 * SAMPLE_RATE);
});

Deno.test("readWindow() always gets on and loses no text of a closed segment, whatever the tokens", () => {
  let state = 1;
  const random = (n: number): number => (state = state * 48271 % 2147483647) % n;
  for (let round = 0; round < 2000; round++) {
    const tokens = Array.from({ length: random(20) }, () => random(2) ? random(100) : TIMES + random(1501));
    const samples = 1 + random(WINDOW_SAMPLES);
    const { segments, next } = readWindow([...PROMPT, ...tokens], END, TIMES, 1000, samples);
    assert.ok(next > 1000, `${tokens} stands still`);
    const text = tokens.filter((token) => token < END);
    const heard = segments.flatMap((segment) => segment.tokens);
    assert.deepEqual(heard, text.slice(0, heard.length), "segments hold a beginning of the text, in order");
    for (const { start, end } of segments) assert.ok(Math.max(start, end) <= (1000 + samples) / SAMPLE_RATE);
  }
});
