import assert from "node:assert/strict";
import { crossover } from "./crossover.ts";
import type { MeasuredPoint } from "./power_law.ts";
import { seededRandom } from "./random.ts";

const MINUTES = [5, 10, 20, 40];

function series(y: (x: number) => number, xs: readonly number[] = MINUTES): MeasuredPoint[] {
  return xs.map((x) => ({ x, samples: [y(x)] }));
}

function close(actual: number | null, expected: number, tolerance = 1e-9): void {
  assert.ok(actual !== null && Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

Deno.test("crossover() finds where two power laws meet within the range", () => {
  // 8 x against x^2 / 2: equal at x = 16, where both are straight in log-log coordinates.
  const result = crossover(series((x) => 8 * x), series((x) => x * x / 2));
  assert.equal(result.kind, "at");
  close(result.x, 16);
  close(result.lower, 16);
  close(result.upper, 16);
  assert.equal(result.agreement, 1);
  assert.equal(result.commonPoints, 4);
  assert.equal(result.extrapolated, null);
});

Deno.test("crossover() says until when A loses its lead, at the same x as the mirrored comparison", () => {
  const result = crossover(series((x) => x * x / 2), series((x) => 8 * x));
  assert.equal(result.kind, "until");
  close(result.x, 16);
});

Deno.test("crossover() interpolates between measured points rather than along the fit", () => {
  // log2 of A / B: 2 at x = 5, -1 at x = 10 and beyond: zero after 2/3 of one doubling.
  const a = [{ x: 5, samples: [4] }, { x: 10, samples: [1] }, { x: 20, samples: [1] }, { x: 40, samples: [1] }];
  const b = [{ x: 5, samples: [1] }, { x: 10, samples: [2] }, { x: 20, samples: [2] }, { x: 40, samples: [2] }];
  const result = crossover(a, b);
  assert.equal(result.kind, "at");
  close(result.x, 5 * 2 ** (2 / 3));
});

Deno.test("crossover() says always and labels the meeting of the lines below the range as extrapolated", () => {
  // 2 x against x^2: equal at x = 2.
  const result = crossover(series((x) => 2 * x), series((x) => x * x));
  assert.equal(result.kind, "always");
  assert.equal(result.x, null);
  close(result.extrapolated?.x ?? null, 2);
  assert.equal(result.extrapolated?.aLower, "above");
});

Deno.test("crossover() says never-in-range and extrapolates beyond the longest x, within reach only", () => {
  const near = crossover(series((x) => 100 * x), series((x) => x * x));
  assert.equal(near.kind, "never-in-range");
  close(near.extrapolated?.x ?? null, 100, 1e-6);
  assert.equal(near.extrapolated?.aLower, "above");
  assert.equal(crossover(series((x) => 1000 * x), series((x) => x * x)).extrapolated, null);
  assert.equal(crossover(series((x) => 2 * x), series((x) => x)).extrapolated, null);
});

Deno.test("crossover() compares the points both have and no others", () => {
  const result = crossover(series((x) => x), series((x) => x * x / 12, [5, 10, 15]));
  assert.deepEqual([result.kind, result.commonPoints], ["never-in-range", 2]);
  close(result.extrapolated?.x ?? null, 12, 1e-6);
  const nothing = crossover(series((x) => x, [5, 10]), series((x) => x, [20]));
  assert.deepEqual([nothing.kind, nothing.commonPoints, nothing.agreement], ["no-common-points", 0, null]);
});

Deno.test("crossover() counts equal medians as not lower", () => {
  assert.equal(crossover(series((x) => x), series((x) => x)).kind, "never-in-range");
});

Deno.test("crossover() takes the last change when there are several", () => {
  const a = [1, 3, 1, 3, 1].map((y, i) => ({ x: 2 ** i, samples: [y] }));
  const b = [2, 2, 2, 2, 2].map((y, i) => ({ x: 2 ** i, samples: [y] }));
  const result = crossover(a, b);
  assert.equal(result.kind, "at");
  assert.ok(result.x! > 8 && result.x! < 16);
});

Deno.test("crossover() has an interval that covers the true crossover about as often as its level says", () => {
  const random = seededRandom(21);
  const noise = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const noisy = (y: (x: number) => number): MeasuredPoint[] =>
    MINUTES.map((x) => ({ x, samples: Array.from({ length: 11 }, () => y(x) * Math.exp(0.1 * noise())) }));
  const trials = 200;
  let covered = 0;
  for (let trial = 0; trial < trials; trial++) {
    const { kind, lower, upper } = crossover(noisy((x) => 14 * x), noisy((x) => x * x), 0.95, 200, trial);
    assert.equal(kind, "at");
    if (lower! <= 14 && 14 <= upper!) covered++;
  }
  assert.ok(covered / trials > 0.89, `${covered / trials}`);
});

Deno.test("crossover() reports how unsure the kind itself is, with an interval that ends at the range's ends", () => {
  const random = seededRandom(4);
  const noisy = (): MeasuredPoint[] =>
    MINUTES.map((x) => ({ x, samples: Array.from({ length: 9 }, () => x * (0.5 + random())) }));
  let unsure = 0;
  for (let trial = 0; trial < 20; trial++) {
    const { kind, x, lower, upper, agreement } = crossover(noisy(), noisy(), 0.95, 200, trial);
    if (agreement! < 1) unsure++;
    if (kind === "at" || kind === "until") assert.ok(5 <= lower! && lower! <= x! && x! <= upper! && upper! <= 40.0001);
  }
  assert.ok(unsure > 15);
});
