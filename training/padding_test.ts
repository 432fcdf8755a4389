import assert from "node:assert/strict";
import { paddedSamples, paddedTokens } from "./padding.ts";

Deno.test("paddedSamples() rounds up to 0.32 s, coarser above 8 s, and never down", () => {
  assert.deepEqual([1, 5120, 5121, 128_000, 128_001, 256_000, 256_001].map(paddedSamples), [
    5120,
    5120,
    10_240,
    128_000,
    133_120,
    256_000,
    266_240,
  ]);
  for (let n = 64_000; n < 2_000_000; n = Math.ceil(n * 1.01)) {
    assert.ok(paddedSamples(n) >= n && paddedSamples(n) < 1.081 * n && paddedSamples(n) % 160 === 0, `${n}`);
  }
});

Deno.test("paddedTokens() rounds up to 8, and above 32 to larger steps", () => {
  assert.deepEqual([0, 1, 8, 9, 32, 33, 64, 65].map(paddedTokens), [8, 8, 8, 16, 32, 48, 64, 96]);
});
