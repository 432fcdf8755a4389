import assert from "node:assert/strict";
import { logMelReference } from "../kernels/log_mel/log_mel_reference.ts";
import { assertClose, gpuTest, TestRandom } from "../kernels/testing/mod.ts";
import { melSpec } from "../model/frontend.ts";
import { tinySamba } from "../model/testing.ts";
import { melStatistics } from "./statistics.ts";

const config = tinySamba("causal");

function noise(samples: number, deviation: number): { samples: Int16Array } {
  return { samples: Int16Array.from(new TestRandom(samples).normals(samples, deviation), Math.round) };
}

gpuTest("melStatistics() are mean and deviation over all frames of all utterances", async (gpu) => {
  const utterances = [noise(800, 3000), noise(1234, 300), noise(100, 3000)]; // the last has no frame
  const spec = melSpec(config);
  const frames: number[][] = [];
  for (const { samples } of utterances) {
    const mel = logMelReference(Float32Array.from(samples, (x) => x / 32768), spec);
    for (let t = 0; t < Math.floor(samples.length / 160); t++) {
      frames.push(Array.from(mel.subarray(t * spec.bins, (t + 1) * spec.bins)));
    }
  }
  assert.equal(frames.length, 12);
  const mean = frames[0].map((_, bin) => frames.reduce((sum, frame) => sum + frame[bin], 0) / 12);
  const deviation = mean.map((m, bin) => Math.sqrt(frames.reduce((sum, frame) => sum + (frame[bin] - m) ** 2, 0) / 12));
  const found = await melStatistics(gpu, config, utterances);
  assertClose(found.mean, mean, 1e-4, "mean");
  assertClose(found.deviation, deviation, 1e-4, "deviation");
});

gpuTest("melStatistics() has no deviation of zero, and is finite where there is nothing", async (gpu) => {
  const { deviation } = await melStatistics(gpu, config, [{ samples: new Int16Array(1600) }]);
  assert.ok(deviation.every((x) => x >= 9e-4), `${Math.min(...deviation)}`);
  const { mean } = await melStatistics(gpu, config, []);
  assert.ok(mean.every(Number.isFinite));
});
