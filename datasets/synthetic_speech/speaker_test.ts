import assert from "node:assert/strict";
import { mannerOf, randomFor, speakerOf } from "./speaker.ts";

const VOICES = { version: "0", languages: ["en-029", "en-gb", "en-us", "en-us-nyc"], variants: ["f1", "m1", "m2"] };

Deno.test("speakerOf() draws speakers from seed and index alone, half of them American, with every voice", () => {
  const speakers = Array.from({ length: 600 }, (_, i) => speakerOf(1, i, VOICES));
  assert.deepEqual(speakerOf(1, 9, VOICES), speakers[9]);
  assert.notDeepEqual(speakerOf(2, 9, VOICES), speakers[9]);
  assert.equal(new Set(speakers.map(({ voice }) => voice)).size, 12);
  // A half, and half of the other half.
  const american = speakers.filter(({ voice }) => voice.startsWith("en-us")).length / speakers.length;
  assert.ok(Math.abs(american - 0.75) < 0.06, `${american}`);
  assert.ok(speakers.every(({ pitch, speed }) => pitch >= 30 && pitch <= 70 && speed >= 130 && speed <= 230));
  const british = Array.from({ length: 20 }, (_, i) => speakerOf(1, i, { ...VOICES, languages: ["en-gb"] }).voice);
  assert.ok(british.every((voice) => voice.startsWith("en-gb+")));
});

Deno.test("mannerOf() varies around the speaker, within what espeak-ng takes", () => {
  const rng = randomFor(1, "test");
  const speaker = { voice: "en-us+f1", pitch: 95, speed: 200, gap: 4 };
  const manners = Array.from({ length: 300 }, () => mannerOf(speaker, [0, 0.5], rng));
  for (const { voice, pitch, speed, gap, pauses, peak, before, after } of manners) {
    assert.equal(voice, speaker.voice);
    assert.ok(pitch >= 87 && pitch <= 99 && speed >= 176 && speed <= 228 && gap >= 4 && gap <= 9);
    assert.ok(pauses === 0 || pauses === 0.5);
    assert.ok(peak >= 0.05 && peak <= 0.9 && before >= 0.1 && before <= 0.5 && after >= 0.1 && after <= 0.5);
    assert.ok(Number.isInteger(pitch) && Number.isInteger(speed));
  }
  for (const key of ["pitch", "speed", "gap", "pauses", "peak", "before", "after"] as const) {
    assert.ok(new Set(manners.map((manner) => manner[key])).size > 1, key);
  }
});
