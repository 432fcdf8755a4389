import assert from "node:assert/strict";
import { gpuTest, TestRandom } from "../testing/mod.ts";
import { logMel } from "./log_mel.ts";
import { melFrames, type MelSpec, NATURAL_MEL, samplesNeeded } from "./spec.ts";

const SPEC: MelSpec = { ...NATURAL_MEL, nFft: 64, window: 50, hop: 20, bins: 8 };

for (const padding of ["zero", "reflect"] as const) {
  for (const piece of [1, 3, 7]) {
    gpuTest(`logMel() in pieces of ${piece} frames equals one pass bit for bit, ${padding} padding`, async (gpu) => {
      const spec = { ...SPEC, padding };
      const total = 417;
      const samples = new TestRandom(piece).normals(total);
      const frames = melFrames(spec, total);
      const whole = await gpu.read(logMel(gpu, gpu.upload(samples, [1, total]), undefined, spec, { frames }));
      for (let first = 0; first < frames; first += piece) {
        const count = Math.min(piece, frames - first);
        const [start, end] = samplesNeeded(spec, first, count, total);
        const part = await gpu.read(
          logMel(gpu, gpu.upload(samples.slice(start, end), [1, end - start]), undefined, spec, {
            frames: count,
            firstFrame: first,
            sampleStart: start,
            totalSamples: total,
          }),
        );
        assert.deepEqual(part, whole.slice(first * spec.bins, (first + count) * spec.bins));
      }
    });
  }
}

for (const padding of ["zero", "reflect"] as const) {
  for (const first of [0, 4]) {
    gpuTest(`logMel() knows frames from ${first} before the recording's end, ${padding} padding`, async (gpu) => {
      const spec = { ...SPEC, padding };
      const samples = new TestRandom(5).normals(417);
      const whole = await gpu.read(logMel(gpu, gpu.upload(samples, [1, 417]), undefined, spec, { frames: 18 }));
      const [start, end] = samplesNeeded(spec, first, 5, Infinity);
      assert.deepEqual([start, end], [Math.max(0, first * 20 - 25), (first + 4) * 20 + 25]);
      const part = logMel(gpu, gpu.upload(samples.slice(start, end), [1, end - start]), undefined, spec, {
        frames: 5,
        firstFrame: first,
        sampleStart: start,
        totalSamples: Infinity,
      });
      assert.deepEqual(await gpu.read(part), whole.slice(first * 8, (first + 5) * 8));
    });
  }
}
