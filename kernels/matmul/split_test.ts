import assert from "node:assert/strict";
import type { Gpu } from "../gpu/mod.ts";
import { chooseSplit, type SplitShape } from "./split.ts";
import { tileCount } from "./tile.ts";

const LARGE = {
  adapter: { isSoftware: false },
  limits: { maxComputeWorkgroupStorageSize: 48 * 1024, maxStorageBufferBindingSize: 2 ** 31 - 4 },
} as unknown as Gpu;

const shape = (m: number, k: number, n: number, batch = 1, parts = 1): SplitShape => ({ m, n, k, batch, parts });
const workgroups = (sum: SplitShape, gpu = LARGE): number => {
  const { tile, splits } = chooseSplit(gpu, sum);
  return tileCount(tile, sum.m, sum.n, sum.batch) * splits;
};

Deno.test("chooseSplit() fills a large device from small results", () => {
  for (const sum of [shape(16, 2000, 256), shape(128, 2000, 128), shape(256, 8000, 512), shape(240, 375, 256, 1, 16)]) {
    const count = workgroups(sum);
    assert.ok(count >= 100 && count <= 1000, `${JSON.stringify(sum)}: ${count} workgroups`);
  }
});

Deno.test("chooseSplit() leaves whole what fills the device by itself, or has little to split", () => {
  assert.equal(chooseSplit(LARGE, shape(4096, 4096, 4096)).splits, 1);
  assert.equal(chooseSplit(LARGE, shape(512, 8, 2048)).splits, 1);
  assert.equal(chooseSplit(LARGE, shape(64, 0, 64)).splits, 1);
});

Deno.test("chooseSplit() gives every split a step to take, and all steps to one", () => {
  for (const k of [1, 31, 100, 2000, 44999]) {
    for (const parts of [1, 7]) {
      const { tile, splits, chunk } = chooseSplit(LARGE, shape(48, k, 96, 1, parts));
      const steps = parts * Math.ceil(k / tile.k);
      assert.ok((splits - 1) * chunk < steps && steps <= splits * chunk, `${splits} × ${chunk} for ${steps}`);
    }
  }
});

Deno.test("chooseSplit() keeps the partial sums within what a kernel can bind", () => {
  const gpu = {
    ...LARGE,
    limits: { ...LARGE.limits, maxStorageBufferBindingSize: 3 * 4 * 129 * 128 },
  } as unknown as Gpu;
  assert.equal(chooseSplit(gpu, shape(128, 45000, 128)).splits, 3);
});
