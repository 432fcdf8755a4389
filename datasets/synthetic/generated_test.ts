import assert from "node:assert/strict";
import { generatedSpeech } from "./generated.ts";
import { sha256 } from "./mod.ts";

const RATE = 16000;
const rms = (x: Float32Array) => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / x.length);
const decibels = (amplitude: number) => 20 * Math.log10(amplitude);

Deno.test("generatedSpeech() gives the same bits for a seed in every version and on every machine", () => {
  assert.equal(
    sha256(generatedSpeech(3 * RATE, 1).samples),
    "cc8c73acd608ff472d698289a99039d3f5e861fe48cb6bc2f0d611599f1f6e82",
  );
  assert.equal(
    sha256(generatedSpeech(3 * RATE + 77, 2).samples),
    "67b4fba248888e36b58082520ef0353ac1e5d3c6a8947d102cf1a99ec0008835",
  );
});

Deno.test("generatedSpeech() has exactly the length, and a shorter one is a prefix", () => {
  const long = generatedSpeech(30 * RATE, 4);
  for (const length of [1, 2, 79, 4001, 16000, 100_003]) {
    const short = generatedSpeech(length, 4);
    assert.equal(short.samples.length, length);
    assert.deepEqual(short.samples, long.samples.slice(0, length));
    const expected = long.segments.filter(({ start }) => start < length)
      .map(({ start, end }) => ({ start, end: Math.min(end, length) }));
    assert.deepEqual(short.segments, expected);
  }
});

Deno.test("generatedSpeech() differs by seed", () => {
  assert.notDeepEqual(generatedSpeech(RATE * 2, 1).samples, generatedSpeech(RATE * 2, 2).samples);
});

Deno.test("generatedSpeech() is at the level of speech, in phrases with quiet pauses between", () => {
  for (const seed of [11, 12, 13]) {
    const { samples, segments } = generatedSpeech(60 * RATE, seed);
    assert.ok(samples.every(Number.isFinite));
    assert.ok(Math.abs(decibels(rms(samples)) + 25) < 1.5, `${decibels(rms(samples))} dBFS`);
    assert.ok(samples.every((x) => Math.abs(x) < 0.9));
    let end = 0;
    for (const segment of segments) {
      const pause = (segment.start - end) / RATE;
      assert.ok(pause >= 0.25 && pause <= 0.9, `${pause} s`);
      assert.ok(Math.abs(decibels(rms(samples.subarray(end, segment.start))) + 60) < 1);
      assert.ok(decibels(rms(samples.subarray(segment.start, segment.end))) > -32);
      end = segment.end;
    }
  }
});

Deno.test("generatedSpeech() holds voiced sound of a speaking pitch, and unvoiced", () => {
  const { samples } = generatedSpeech(40 * RATE, 31);
  let loud = 0, voiced = 0, hissing = 0;
  for (let at = 0; at + 960 <= samples.length; at += 480) {
    const frame = samples.subarray(at, at + 960);
    if (decibels(rms(frame)) < -40) continue;
    loud++;
    if (periodicity(frame, RATE / 300, RATE / 70) > 0.7) voiced++;
    let crossings = 0;
    for (let i = 1; i < 960; i++) if (frame[i - 1] < 0 !== frame[i] < 0) crossings++;
    if (crossings > 0.3 * 960) hissing++;
  }
  assert.ok(voiced / loud > 0.4 && voiced / loud < 0.95, `${voiced} of ${loud} frames are voiced`);
  assert.ok(hissing / loud > 0.05 && hissing / loud < 0.4, `${hissing} of ${loud} frames hiss`);
});

/** The highest normalised autocorrelation over the lags. */
function periodicity(x: Float32Array, least: number, most: number): number {
  let best = 0;
  for (let lag = Math.floor(least); lag <= most; lag++) {
    let product = 0, early = 0, late = 0;
    for (let i = 0; i + lag < x.length; i++) {
      product += x[i] * x[i + lag];
      early += x[i] * x[i];
      late += x[i + lag] * x[i + lag];
    }
    best = Math.max(best, product / Math.sqrt(early * late));
  }
  return best;
}

Deno.test("generatedSpeech() goes up and down in level at a speaking rate", () => {
  const { samples } = generatedSpeech(60 * RATE, 51);
  const level = Float64Array.from({ length: 6000 }, (_, i) => rms(samples.subarray(i * 160, i * 160 + 160)));
  // Power of the level's modulation at a frequency, by one bin of a Fourier transform.
  const modulation = (hz: number) => {
    let re = 0, im = 0;
    level.forEach((x, i) => {
      re += x * Math.cos(2 * Math.PI * hz * i / 100);
      im += x * Math.sin(2 * Math.PI * hz * i / 100);
    });
    return re * re + im * im;
  };
  const band = (from: number, to: number) => {
    let sum = 0;
    for (let k = Math.round(from * 60); k < to * 60; k++) sum += modulation(k / 60);
    return sum / ((to - from) * 60);
  };
  const syllables = band(2, 7);
  assert.ok(
    syllables > 4 * band(12, 17) && syllables > 10 * band(20, 25),
    `${syllables} ${band(12, 17)} ${band(20, 25)}`,
  );
});
