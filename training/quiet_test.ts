import assert from "node:assert/strict";
import { fillQuiet, quietLevel } from "./quiet.ts";

function rms(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ** 2;
  return Math.sqrt(sum / values.length);
}

Deno.test("quietLevel() is that of the frames in which nothing is said, digital silence apart", () => {
  const samples = new Int16Array(16000);
  for (let i = 3200; i < 16000; i++) samples[i] = (i > 8000 ? 8000 : 100) * Math.sin(i);
  const quiet = rms(samples.slice(3200, 8000)) / 32768;
  assert.ok(Math.abs(quietLevel(samples) / quiet - 1) < 0.02, `${quietLevel(samples)} for ${quiet}`);
  assert.equal(quietLevel(samples), quietLevel(samples));
});

Deno.test("quietLevel() of silence, and of less than a frame, is zero", () => {
  assert.equal(quietLevel(new Int16Array(1000)), 0);
  assert.equal(quietLevel(new Int16Array(10).fill(5)), 0);
});

Deno.test("fillQuiet() fills with noise of the level, the same for the same seed", () => {
  const [a, b, c] = [1, 1, 2].map((seed) => {
    const row = new Int16Array(8000);
    fillQuiet(row, 0.01, seed, 0);
    return row;
  });
  assert.ok(Math.abs(rms(a) / 327.68 - 1) < 0.03);
  assert.deepEqual(a, b);
  assert.notDeepEqual(a, c);
});
