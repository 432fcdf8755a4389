import assert from "node:assert/strict";
import { lengths } from "../lengths.ts";
import { assertTensor, gpuTest, TestRandom } from "../testing/mod.ts";
import { normalizeReference } from "./log_mel_reference.ts";
import { normalizeFixed, normalizeUtterance } from "./normalize.ts";

for (const [time, bins] of [[1, 1], [2, 5], [63, 32], [64, 33], [65, 80], [331, 7]]) {
  gpuTest(`normalizeUtterance() equals its reference for ragged clips of up to ${time} × ${bins}`, async (gpu) => {
    const host = [time, 0, Math.ceil(time / 2), time - 1];
    const clip = time * bins;
    // Far from zero against its deviation: what a sum of squares would not survive.
    const mel = new TestRandom(time).normals(4 * clip).map((v) => 30 + v);
    const expected = new Float64Array(4 * clip);
    host.forEach((n, b) => {
      expected.set(normalizeReference(mel.subarray(b * clip, (b + 1) * clip), bins, n), b * clip);
      mel.fill(NaN, b * clip + n * bins, (b + 1) * clip);
    });
    const y = normalizeUtterance(gpu, gpu.upload(mel, [4, time, bins]), lengths(gpu, host, time));
    // A float32 mean of 30 is exact to 2e-6; two rows may lie close together.
    const read = await gpu.read(y);
    expected.forEach((v, i) => assert.ok(Math.abs(read[i] - v) < 1e-4, `element ${i}: ${read[i]}, expected ${v}`));
  });
}

gpuTest("normalizeUtterance() is accurate to 1e-5 over many chunks", async (gpu) => {
  const [time, bins] = [20_011, 3];
  const random = new TestRandom(2);
  // A slow drift and a loud start: chunks of very different means.
  const mel = random.normals(time * bins).map((v, i) => v - 8 + 5 * Math.sin(i / 9000) + (i < 300 ? 40 : 0));
  const y = normalizeUtterance(gpu, gpu.upload(mel, [1, time, bins]), lengths(gpu, [time], time));
  await assertTensor(gpu, y, normalizeReference(mel, bins, time), 5e-6);
});

gpuTest("normalizeFixed() applies given statistics and zeroes padding", async (gpu) => {
  const [time, bins] = [5, 6];
  const random = new TestRandom(3);
  const mel = random.normals(2 * time * bins);
  const mean = random.normals(bins);
  const deviation = random.normals(bins).map((v) => 0.1 + v * v);
  const expected = Float64Array.from(mel, (v, i) => (v - mean[i % bins]) / (deviation[i % bins] + 1e-5));
  expected.fill(0, 3 * bins, time * bins);
  mel.fill(NaN, 3 * bins, time * bins);
  const y = normalizeFixed(
    gpu,
    gpu.upload(mel, [2, time, bins]),
    gpu.upload(mean),
    gpu.upload(deviation),
    lengths(gpu, [3, 5], time),
  );
  await assertTensor(gpu, y, expected);
});
