import assert from "node:assert/strict";
import { lengths } from "../lengths.ts";
import { gpuTest, TestRandom } from "../testing/mod.ts";
import { drawMasks, type MaskPolicy } from "./masks.ts";
import { specAugment } from "./spec_augment.ts";

const POLICY: MaskPolicy = { binMasks: 2, binWidth: 15, timeMasks: 2, timeWidth: 25, timeShare: 0.15 };

for (
  const { timeMasks, binMasks } of [{ timeMasks: 2, binMasks: 2 }, { timeMasks: 0, binMasks: 1 }, {
    timeMasks: 3,
    binMasks: 0,
  }]
) {
  gpuTest(
    `specAugment() zeroes ${timeMasks} masks of frames and ${binMasks} of bins, and nothing else`,
    async (gpu) => {
      const host = [37, 1, 0, 53];
      const [time, bins] = [59, 23];
      const mel = new TestRandom(1).normals(host.length * time * bins);
      for (const [b, n] of host.entries()) mel.fill(NaN, (b * time + n) * bins, (b + 1) * time * bins);
      const policy = { ...POLICY, timeMasks, binMasks };
      const masks = drawMasks(5, host, bins, policy);
      const tensor = gpu.upload(mel, [host.length, time, bins]);
      specAugment(gpu, tensor, lengths(gpu, host, time), masks);
      const within = (b: number, from: number, to: number, v: number) => {
        const edge = (m: number, side: number) => masks.edges[2 * (b * (timeMasks + binMasks) + m) + side];
        return Array.from({ length: to - from }, (_, i) => from + i).some((m) => v >= edge(m, 0) && v < edge(m, 1));
      };
      const expected = mel.map((v, i) => {
        const [b, t, bin] = [Math.floor(i / bins / time), Math.floor(i / bins) % time, i % bins];
        const masked = within(b, 0, timeMasks, t) || within(b, timeMasks, timeMasks + binMasks, bin);
        return masked && t < host[b] ? 0 : v;
      });
      assert.deepEqual(await gpu.read(tensor), expected);
    },
  );
}

gpuTest("specAugment() without masks does nothing, and throws for another batch's", async (gpu) => {
  const mel = gpu.upload(new Float32Array(12).fill(1), [1, 4, 3]);
  const whole = lengths(gpu, [4], 4);
  specAugment(gpu, mel, whole, drawMasks(1, [4], 3, { ...POLICY, binMasks: 0, timeMasks: 0 }));
  assert.ok((await gpu.read(mel)).every((v) => v === 1));
  assert.throws(() => specAugment(gpu, mel, whole, drawMasks(1, [4, 4], 3, POLICY)), /16 edges for 1 × 4 masks/);
});

Deno.test("drawMasks() draws every width and start that its policy allows, and no other", () => {
  const [length, bins] = [40, 9];
  const policy = { ...POLICY, binWidth: 3 };
  const frames = new Set<number>(); // how many a mask covers
  const binWidths = new Set<number>();
  const covered = new Set<number>();
  for (let seed = 0; seed < 500; seed++) {
    const { edges } = drawMasks(seed, [length, 0], bins, policy);
    assert.equal(edges.length, 2 * 4 * 2);
    for (let mask = 0; mask < 4; mask++) {
      const [start, end] = [edges[2 * mask], edges[2 * mask + 1]];
      assert.ok(start <= end && end <= (mask < 2 ? length : bins));
      (mask < 2 ? frames : binWidths).add(end - start);
      for (let i = start; mask >= 2 && i < end; i++) covered.add(i);
    }
    assert.deepEqual([...edges.subarray(8, 12)], [0, 0, 0, 0]); // of a sequence without frames
  }
  assert.deepEqual([...frames].toSorted((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6]); // 15 % of 40
  assert.deepEqual([...binWidths].toSorted((a, b) => a - b), [0, 1, 2, 3]);
  assert.equal(covered.size, bins);
});

Deno.test("drawMasks() draws the same from a seed, and else from another", () => {
  const of = (seed: number) => drawMasks(seed, [500, 300], 80, POLICY).edges;
  assert.deepEqual(of(3), of(3));
  assert.notDeepEqual(of(3), of(4));
});
