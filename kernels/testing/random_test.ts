import assert from "node:assert/strict";
import { TestRandom } from "./random.ts";

Deno.test("TestRandom repeats itself for one seed and not for another", () => {
  const draw = (seed: number) => Array.from(new TestRandom(seed).normals(20));
  assert.deepEqual(draw(5), draw(5));
  assert.notDeepEqual(draw(5), draw(6));
});

Deno.test("TestRandom.uniform() and integer() stay in range and cover it", () => {
  const random = new TestRandom(1);
  const counts = new Array<number>(7).fill(0);
  let sum = 0;
  for (let i = 0; i < 7000; i++) {
    const u = random.uniform();
    assert.ok(u >= 0 && u < 1);
    sum += u;
    counts[random.integer(7)]++;
  }
  assert.ok(Math.abs(sum / 7000 - 0.5) < 0.02, `mean ${sum / 7000}`);
  assert.equal(counts.length, 7);
  for (const n of counts) assert.ok(n > 850 && n < 1150, counts.join(" "));
});

Deno.test("TestRandom.normals() have the mean and deviation of a normal distribution", () => {
  const values = new TestRandom(3).normals(20000, 2);
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
  const beyond = values.filter((v) => Math.abs(v) > 2 * 1.96).length / values.length;
  assert.ok(values.every(Number.isFinite));
  assert.ok(Math.abs(mean) < 0.06 && Math.abs(deviation - 2) < 0.05, `mean ${mean}, deviation ${deviation}`);
  assert.ok(Math.abs(beyond - 0.05) < 0.01, `${beyond} beyond 1.96 deviations`);
});
