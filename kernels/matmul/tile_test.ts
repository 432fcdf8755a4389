import assert from "node:assert/strict";
import type { Gpu } from "../gpu/mod.ts";
import { chooseTile, tileName } from "./tile.ts";

function adapter(isSoftware: boolean, workgroupBytes: number): Gpu {
  return { adapter: { isSoftware }, limits: { maxComputeWorkgroupStorageSize: workgroupBytes } } as unknown as Gpu;
}

const LARGE = adapter(false, 48 * 1024);
const chosen = (gpu: Gpu, m: number, n: number, batch = 1): string => tileName(chooseTile(gpu, m, n, batch));

Deno.test("chooseTile() takes smaller tiles the fewer of them there are", () => {
  assert.equal(chosen(LARGE, 45000, 2048), "128x64x16 8x8 prefetch");
  assert.equal(chosen(LARGE, 7500, 512), "64x64x16 8x8 prefetch");
  assert.equal(chosen(LARGE, 750, 512), "64x32x32 4x4 prefetch");
  assert.equal(chosen(LARGE, 32, 32), "32x32x32 4x4 double");
  assert.equal(chosen(LARGE, 750, 512, 60), chosen(LARGE, 45000, 512), "a batch fills the device as rows do");
});

Deno.test("chooseTile() keeps a large tile where its last round leaves no processor with one alone", () => {
  // 2.85 and 7.76 large tiles a processor fill whole rounds nearly; of 3.58 the last has a processor to itself.
  assert.equal(chosen(LARGE, 12000, 256), "128x64x16 8x8 prefetch");
  assert.equal(chosen(LARGE, 8192, 1024), "128x64x16 8x8 prefetch");
  assert.equal(chosen(LARGE, 7500, 512), "64x64x16 8x8 prefetch");
});

Deno.test("chooseTile() keeps within the device's workgroup memory", () => {
  assert.equal(chosen(adapter(false, 9 * 1024), 45000, 2048), "64x64x16 8x8 prefetch");
});

Deno.test("chooseTile() takes shallow tiles on a software adapter", () => {
  assert.equal(chosen(adapter(true, 32 * 1024), 7500, 512), "64x64x8 8x8 plain");
  assert.equal(chosen(adapter(true, 32 * 1024), 16, 32), "32x32x8 8x4 plain");
});
