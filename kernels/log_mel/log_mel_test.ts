import assert from "node:assert/strict";
import { lengths } from "../lengths.ts";
import { assertTensor, gpuTest, TestRandom } from "../testing/mod.ts";
import { logMel } from "./log_mel.ts";
import { logMelReference } from "./log_mel_reference.ts";
import { melFrames, type MelSpec, NATURAL_MEL, WHISPER_MEL } from "./spec.ts";

/** Noise of a loudness that changes by a factor of 10⁴ between parts. */
function sound(random: TestRandom, count: number): Float32Array {
  return random.normals(count, 0.1).map((v, i) => v * 10 ** (2 * Math.sin(i / 300) - 2));
}

const SMALL: MelSpec = { ...NATURAL_MEL, nFft: 64, window: 50, hop: 20, bins: 8 };

for (
  const [name, spec, count] of [
    ["Whisper", WHISPER_MEL, 1601],
    ["Whisper's with 128 bands", { ...WHISPER_MEL, bins: 128 }, 801],
    ["natural", NATURAL_MEL, 1000],
    ["short", SMALL, 333],
    ["short, reflecting", { ...SMALL, padding: "reflect" }, 333],
    ["a clip shorter than the window, reflecting", { ...SMALL, padding: "reflect" }, 9],
    ["one sample, reflecting", { ...SMALL, padding: "reflect" }, 1],
    ["an odd transform", { ...SMALL, nFft: 75 }, 200],
    ["a prime transform", { ...SMALL, nFft: 61 }, 200],
    ["twice a prime", { ...SMALL, nFft: 2 * 53 }, 200],
    ["an odd half", { ...SMALL, nFft: 2 * 63, window: 99 }, 200],
    ["two points", { ...SMALL, nFft: 2, window: 2, bins: 1 }, 50],
    ["one point", { ...SMALL, nFft: 1, window: 1, bins: 1 }, 50],
  ] satisfies [string, MelSpec, number][]
) {
  gpuTest(`logMel() equals its reference for ${name}`, async (gpu) => {
    const samples = sound(new TestRandom(count), count);
    const frames = melFrames(spec, count);
    const mel = logMel(gpu, gpu.upload(samples, [1, count]), undefined, spec, { frames });
    assert.deepEqual(mel.shape, [1, frames, spec.bins]);
    await assertTensor(gpu, mel, logMelReference(samples, spec), 1e-6);
  });
}

for (const transform of ["fft", "dft"] as const) {
  for (const [frames, threads] of [[1, 32], [2, 64], [3, 8]]) {
    gpuTest(`logMel() equals its reference by ${transform}, ${frames} frames × ${threads}`, async (gpu) => {
      const samples = sound(new TestRandom(frames), 333);
      const range = { frames: melFrames(SMALL, 333) };
      const variant = { frames, threads, transform };
      const mel = logMel(gpu, gpu.upload(samples, [1, 333]), undefined, SMALL, range, variant);
      await assertTensor(gpu, mel, logMelReference(samples, SMALL), 1e-6);
    });
  }
}

for (const spec of [SMALL, { ...SMALL, padding: "reflect", logarithm: { kind: "whisper" } }] satisfies MelSpec[]) {
  gpuTest(`logMel() ends each clip at its length, ${spec.logarithm.kind}`, async (gpu) => {
    const random = new TestRandom(1);
    const host = [200, 0, 7, 131];
    const samples = sound(random, 4 * 200);
    const frames = melFrames(spec, 200) + 2;
    const expected = new Float64Array(4 * frames * spec.bins);
    host.forEach((n, b) => {
      expected.set(logMelReference(samples.slice(b * 200, b * 200 + n), spec), b * frames * spec.bins);
      samples.fill(NaN, b * 200 + n, (b + 1) * 200);
    });
    const mel = logMel(gpu, gpu.upload(samples, [4, 200]), lengths(gpu, host, 200), spec, { frames });
    await assertTensor(gpu, mel, expected, 1e-6);
  });
}

gpuTest("logMel() refuses frames whose samples are not there, two ends, and impossible transforms", async (gpu) => {
  const samples = gpu.zeros([1, 100]);
  await Promise.resolve();
  const range = { frames: 2, firstFrame: 10, sampleStart: 190, totalSamples: 1000 };
  assert.throws(() => logMel(gpu, samples, undefined, SMALL, range), /need samples 175\.\.245, but 190\.\.290/);
  const ends = lengths(gpu, [100], 100);
  assert.throws(() => logMel(gpu, samples, ends, SMALL, { frames: 2, totalSamples: 100 }), /either/);
  assert.throws(() => logMel(gpu, samples, undefined, { ...SMALL, window: 65 }, { frames: 2 }), /does not fit/);
  const large = { ...SMALL, nFft: 2 ** 16 };
  assert.throws(() => logMel(gpu, samples, undefined, large, { frames: 2 }), /65536 points takes 655376 bytes/);
});
