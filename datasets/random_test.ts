import assert from "node:assert/strict";
import { permutation, random } from "./random.ts";
import { inputError } from "./testing.ts";

Deno.test("random() gives the numbers of xoshiro128** and its seeding, computed apart in Python", () => {
  const expected = [
    [0, [1789933344, 44971166, 2521387044, 3848737593, 1138324114]],
    [1, [393288148, 2174103013, 3814759091, 2092745082, 1865176206]],
    [12345, [1093274547, 203003357, 3741353573, 3803725158, 4178738660]],
    [0xffffffff, [4104197751, 1825856343, 1152209388, 2427537429, 3685145430]],
  ] as const;
  for (const [seed, words] of expected) {
    const whole = random(seed), unit = random(seed);
    for (const word of words) {
      assert.equal(whole.integer(2 ** 32), word);
      assert.equal(unit.uniform(), word / 2 ** 32);
    }
  }
});

Deno.test("random().normal() gives the same numbers for a seed in every version", () => {
  const rng = random(12345);
  for (const x of [-0.16573661318172533, 0.39176575016754955, 1.6946589130037106, 0.05166785969150933]) {
    assert.ok(Math.abs(rng.normal() - x) < 1e-15);
  }
});

Deno.test("random().normal() has the moments of a standard normal", () => {
  const rng = random(99);
  const n = 200_000;
  const sums = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const x = rng.normal();
    for (let k = 0; k < 4; k++) sums[k] += x ** (k + 1) / n;
  }
  [0, 1, 0, 3].forEach((moment, k) => assert.ok(Math.abs(sums[k] - moment) < 0.05, `moment ${k + 1}: ${sums[k]}`));
});

Deno.test("random().integer() is uniform over 0 .. n - 1", () => {
  const rng = random(5);
  for (const n of [1, 2, 3, 7, 10]) {
    const counts = new Array(n).fill(0);
    for (let i = 0; i < 10_000 * n; i++) counts[rng.integer(n)]++;
    assert.equal(counts.length, n);
    for (const count of counts) assert.ok(Math.abs(count - 10_000) < 500, `${n}: ${counts}`);
  }
  // Just over half of the range: without rejection the lower part would come twice as often.
  const n = 2 ** 31 + 2 ** 30;
  let low = 0;
  for (let i = 0; i < 30_000; i++) if (rng.integer(n) < 2 ** 30) low++;
  assert.ok(Math.abs(low - 10_000) < 500, `${low}`);
  for (const bad of [0, -1, 1.5, 2 ** 32 + 1]) assert.throws(() => rng.integer(bad), RangeError);
});

Deno.test("random() refuses a seed that is not a whole number of 32 bits", () => {
  for (const seed of [-1, 0.5, 2 ** 32, NaN, Infinity]) {
    assert.throws(() => random(seed), inputError(`seed ${seed}`, /whole number from 0 to 4294967295/));
  }
});

Deno.test("permutation() is a permutation, each order of which is as likely", () => {
  for (const n of [0, 1, 2, 17, 1000]) {
    assert.deepEqual([...permutation(random(n), n)].sort((a, b) => a - b), Array.from({ length: n }, (_, i) => i));
  }
  const rng = random(1);
  const counts = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const order = permutation(rng, 3).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assert.equal(counts.size, 6);
  for (const count of counts.values()) assert.ok(Math.abs(count - 1000) < 150, `${[...counts]}`);
});
