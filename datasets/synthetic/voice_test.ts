import assert from "node:assert/strict";
import { random } from "../random.ts";
import { BLOCK, resonator, say } from "./voice.ts";

Deno.test("resonator() has Klatt's coefficients", () => {
  for (const [hz, bandwidth] of [[270, 70], [1500, 100], [4000, 250], [7800, 1500], [0, 60]]) {
    const { gain, feedback1, feedback2 } = resonator(hz, bandwidth, 16000);
    const radius = Math.exp(-Math.PI * bandwidth / 16000);
    assert.ok(Math.abs(feedback1 - 2 * radius * Math.cos(2 * Math.PI * hz / 16000)) < 1e-9);
    assert.ok(Math.abs(feedback2 + radius * radius) < 1e-9);
    assert.ok(Math.abs(gain - (1 - feedback1 - feedback2)) < 1e-12);
  }
});

Deno.test("say() gives a steady vowel its pitch and its first formant", () => {
  const vowel = { voicing: 1, aspiration: 0, frication: 0, fricationHz: 4000, accent: 0 };
  for (const [f0, f1] of [[100, 300], [125, 750]]) {
    const target = { ...vowel, blocks: 100, formants: [f1, 1500, 2500, 3500] as const };
    const samples = say([target], f0, 16000, random(3));
    assert.equal(samples.length, 100 * BLOCK);
    const power = (hz: number) => {
      let re = 0, im = 0;
      samples.forEach((x, i) => {
        const window = 1 - Math.cos(2 * Math.PI * i / samples.length);
        re += window * x * Math.cos(2 * Math.PI * hz * i / 16000);
        im += window * x * Math.sin(2 * Math.PI * hz * i / 16000);
      });
      return re * re + im * im;
    };
    const around = (hz: number) => {
      let sum = 0;
      for (let offset = -60; offset <= 60; offset += 2) sum += power(hz + offset);
      return sum;
    };
    const other = f1 === 300 ? 750 : 300;
    assert.ok(around(f1) > 4 * around(other), `${f1} Hz: ${around(f1)}, ${other} Hz: ${around(other)}`);
    // f0 falls from 1.15 to 0.85 of what was asked: periods, counted at the strongest negative peak of each.
    const closures: number[] = [];
    const deepest = samples.reduce((most, x) => Math.min(most, x), 0);
    for (let i = 0; i < samples.length; i++) {
      if (
        samples[i] < 0.45 * deepest && (closures.length === 0 || i - closures[closures.length - 1] > 16000 / f0 / 2)
      ) {
        closures.push(i);
      }
    }
    const rate = (closures.length - 1) / (closures[closures.length - 1] - closures[0]) * 16000;
    assert.ok(Math.abs(rate / f0 - 1) < 0.08, `${rate} Hz for ${f0}`);
  }
});
