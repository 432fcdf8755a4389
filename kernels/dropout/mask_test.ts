import assert from "node:assert/strict";
import { dropoutFactors } from "./dropout_reference.ts";
import { maskParams, pcg } from "./mask.ts";

const COUNT = 20_000;
const RATE = 0.3;
/** Neighbours, what differs in one high bit, and the ends. */
const KEYS = [0, 1, 2, 3, 4, 255, 256, 65535, 65536, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff];

/** A mask with mean 0 and variance 1, if it is as it should be. */
function normalised(key: number): Float64Array {
  return dropoutFactors(COUNT, RATE, key).map((v) => (v * (1 - RATE) - (1 - RATE)) / Math.sqrt(RATE * (1 - RATE)));
}

const masks = KEYS.map(normalised);

/** Correlation of what two index functions pick, in deviations of its estimate. */
function deviations(a: Float64Array, b: Float64Array, other: (i: number) => number): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < COUNT; i++) {
    const j = other(i);
    if (j < COUNT) {
      sum += a[i] * b[j];
      count++;
    }
  }
  return sum / Math.sqrt(count);
}

/** Fails where the largest of `all` is rarer than one in about 10⁴ such draws, or their spread is not that of chance. */
function assertChance(all: number[], what: string): void {
  const largest = Math.max(...all.map(Math.abs));
  const spread = Math.sqrt(all.reduce((sum, v) => sum + v * v, 0) / all.length);
  const most = Math.sqrt(2 * Math.log(all.length)) + 3;
  assert.ok(largest < most, `${what}: ${largest.toFixed(2)} deviations among ${all.length}`);
  assert.ok(Math.abs(spread - 1) < 4 / Math.sqrt(2 * all.length), `${what}: spread ${spread.toFixed(3)}`);
}

Deno.test("pcg() is the published hash, and a permutation of what it was tried on", () => {
  // The hash written out in 64-bit integers.
  const slow = (v: bigint) => {
    const low = 0xffffffffn;
    const state = (v * 747796405n + 2891336453n) & low;
    const word = (((state >> ((state >> 28n) + 4n)) ^ state) * 277803737n) & low;
    return Number((word >> 22n) ^ word);
  };
  for (const v of KEYS) assert.equal(pcg(v), slow(BigInt(v)));
  assert.equal(new Set(Array.from({ length: 50_000 }, (_, i) => pcg(i))).size, 50_000);
});

Deno.test("dropoutFactors() keep 1 − rate of the elements, at every key and rate", () => {
  for (const rate of [0.01, 0.1, 0.5, 0.9]) {
    assertChance(
      KEYS.map((key) => {
        const kept = dropoutFactors(COUNT, rate, key).filter((v) => v > 0).length;
        return (kept - COUNT * (1 - rate)) / Math.sqrt(COUNT * rate * (1 - rate));
      }),
      `rate ${rate}`,
    );
  }
  assert.ok(dropoutFactors(1000, 0, 1).every((v) => v === 1));
});

Deno.test("dropoutFactors() of different keys are uncorrelated, also when moved or reordered", () => {
  const found: number[] = [];
  for (let a = 0; a < KEYS.length; a++) {
    for (let b = 0; b < a; b++) {
      found.push(deviations(masks[a], masks[b], (i) => i));
      for (const lag of [1, 4, 256]) {
        found.push(deviations(masks[a], masks[b], (i) => i + lag), deviations(masks[a], masks[b], (i) => i ^ lag));
      }
    }
  }
  assertChance(found, "keys");
});

Deno.test("dropoutFactors() of keys that agree in the first round are not one mask in two orders", () => {
  const keys = Array.from({ length: 3000 }, (_, key) => ({ key, first: maskParams(RATE, key).first }));
  const sorted = keys.toSorted((a, b) => a.first - b.first);
  const found: number[] = [];
  for (let n = 1; n < sorted.length; n++) {
    const difference = sorted[n].first ^ sorted[n - 1].first;
    if (difference < 0 || difference >= COUNT) continue;
    found.push(deviations(normalised(sorted[n].key), normalised(sorted[n - 1].key), (i) => i ^ difference));
  }
  assert.ok(found.length > 3);
  assertChance(found, "orders");
});

Deno.test("dropoutFactors() of one key are uncorrelated at any distance", () => {
  const lags = [1, 2, 3, 4, 5, 7, 8, 16, 32, 64, 128, 144, 256, 512, 1000, 1024, 4096];
  assertChance(masks.flatMap((mask) => lags.map((lag) => deviations(mask, mask, (i) => i + lag))), "lags");
});

Deno.test("maskParams() refuses rates and keys that are none", () => {
  for (const rate of [-0.1, 1, NaN]) assert.throws(() => maskParams(rate, 0), /dropout rate is at least 0 and below 1/);
  for (const key of [-1, 0.5, 2 ** 32]) assert.throws(() => maskParams(0.1, key), /dropout key is a u32/);
  assert.equal(maskParams(1 - 1e-12, 0).threshold, 2 ** 32 - 1);
});
