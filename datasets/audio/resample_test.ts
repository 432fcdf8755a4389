import assert from "node:assert/strict";
import { inputError } from "../testing.ts";
import { resample } from "./resample.ts";

const RATES = [8000, 11025, 15999, 22050, 44100, 48000, 96000];

const sine = (hz: number, rate: number, length: number) =>
  Float32Array.from({ length }, (_, i) => 0.5 * Math.sin(2 * Math.PI * hz * i / rate));

Deno.test("resample() keeps a sine's frequency, amplitude and phase, over the pieces it works in", async () => {
  for (const rate of RATES) {
    const output = await resample(sine(1000, rate, 2 * rate), rate, 16000);
    const expected = sine(1000, 16000, 32000);
    assert.equal(output.length, 32000);
    let worst = 0;
    for (let i = 500; i < 31500; i++) worst = Math.max(worst, Math.abs(output[i] - expected[i]));
    assert.ok(worst < 1e-4, `${rate} Hz: ${worst}`);
  }
});

Deno.test("resample() leaves nothing of what lies above half of the new rate", async () => {
  for (const [hz, rate] of [[8500, 22050], [10000, 44100], [9000, 48000], [20000, 48000], [30000, 96000]]) {
    const output = await resample(sine(hz, rate, rate), rate, 16000);
    const inner = output.subarray(500, 15500);
    const worst = inner.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    assert.ok(worst < 5e-5, `${hz} Hz at ${rate} Hz leaves ${worst}`);
  }
});

Deno.test("resample() gives round(n * to / from) samples for every n", async () => {
  for (const rate of RATES) {
    for (const n of [0, 1, 2, 3, 160, 1009, 65537]) {
      assert.equal(
        (await resample(new Float32Array(n), rate, 16000)).length,
        Math.round(n * 16000 / rate),
        `${n} at ${rate}`,
      );
    }
  }
});

Deno.test("resample() keeps the last samples, and reads a window into a larger array", async () => {
  const whole = new Float32Array(30_000);
  whole.fill(1, 10_000, 20_000);
  const output = await resample(whole.subarray(10_000, 20_000), 8000, 16000);
  assert.equal(output.length, 20_000);
  for (let i = 200; i < 19_800; i++) assert.ok(Math.abs(output[i] - 1) < 1e-3, `${i}: ${output[i]}`);
  // Half a pass band from an edge a step is at half its height: the filter is symmetric and in time.
  assert.ok(output[19_999] > 0.4 && output[0] > 0.4);
});

Deno.test("resample() returns its input where the rates are the same and refuses rates too far apart", async () => {
  const input = sine(440, 16000, 100);
  assert.equal(await resample(input, 16000, 16000), input);
  await assert.rejects(resample(input, 10, 16000), inputError("a rate of 10 Hz", /cannot be brought to 16000 Hz/));
  await assert.rejects(resample(input, 16000 * 257, 16000), inputError("a rate of", /more than 256 times/));
});
