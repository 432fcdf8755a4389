import assert from "node:assert/strict";
import { fitPowerLaw, leastSquares } from "./power_law.ts";
import { seededRandom } from "./random.ts";

function close(actual: number, expected: number, tolerance = 1e-9): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

Deno.test("leastSquares() finds the line of a textbook example", () => {
  // x 1 2 3, y 2 2 4: slope 1, intercept 2/3.
  const line = leastSquares([1, 2, 3], [2, 2, 4]);
  close(line.slope, 1);
  close(line.intercept, 2 / 3);
});

Deno.test("fitPowerLaw() recovers exponent and intercept of an exact power law", () => {
  for (const exponent of [0, 0.5, 1, 2]) {
    const fit = fitPowerLaw([5, 10, 20, 30].map((x) => ({ x, samples: [3 * x ** exponent] })))!;
    close(fit.exponent, exponent);
    close(fit.intercept, Math.log(3));
    close(fit.tailExponent, exponent);
    close(fit.lower, exponent, 1e-6);
    close(fit.upper, exponent, 1e-6);
    assert.equal(fit.points, 4);
    assert.ok(fit.r2 > 1 - 1e-9);
  }
});

Deno.test("fitPowerLaw() explains a quantity that does not vary, whatever its logarithm rounds to", () => {
  for (const y of [3, 7, 44 * 2 ** 20, 0.1, 1e-3]) {
    for (let n = 2; n <= 8; n++) {
      const fit = fitPowerLaw(Array.from({ length: n }, (_, i) => ({ x: 5 * (i + 1), samples: [y] })))!;
      assert.equal(fit.r2, 1, `${n} points at ${y}`);
    }
  }
});

Deno.test("fitPowerLaw() gives the hand-computed t interval of three points", () => {
  // In logarithms to base e: x 0 1 2, y 0 1 3: slope 1.5, residuals 1/6 -1/3 1/6, squares 1/6,
  // standard error sqrt(1/6 / 1 / 2) = 0.288675, t(1) = 12.706205.
  const fit = fitPowerLaw([
    { x: 1, samples: [1] },
    { x: Math.E, samples: [Math.E] },
    { x: Math.E ** 2, samples: [Math.E ** 3] },
  ])!;
  close(fit.exponent, 1.5);
  close(fit.upper - fit.exponent, 12.706205 * Math.sqrt(1 / 12), 1e-5);
  close(fit.exponent - fit.lower, 12.706205 * Math.sqrt(1 / 12), 1e-5);
  close(fit.r2, 1 - (1 / 6) / (14 / 3));
  close(fit.tailExponent, 2);
  assert.equal(fit.method, "student-t");
});

Deno.test("fitPowerLaw() says that two points have an interval from the samples only, or none at all", () => {
  const spread = fitPowerLaw([{ x: 1, samples: [1, 1.1, 0.9] }, { x: 10, samples: [10, 9, 11] }])!;
  assert.equal(spread.method, "sample-bootstrap");
  close(spread.lower, Math.log10(9 / 1.1), 1e-9);
  close(spread.upper, Math.log10(11 / 0.9), 1e-9);
  const single = fitPowerLaw([{ x: 1, samples: [1] }, { x: 10, samples: [100] }])!;
  assert.equal(single.method, "none");
  close(single.exponent, 2);
  assert.equal(single.lower, single.upper);
});

Deno.test("fitPowerLaw() takes the samples' interval when it is the wider", () => {
  // The medians lie exactly on a line, so that the residuals alone would claim certainty.
  const fit = fitPowerLaw([1, 2, 4, 8].map((x) => ({ x, samples: [0.5 * x, x, 2 * x] })))!;
  assert.equal(fit.method, "sample-bootstrap");
  close(fit.exponent, 1);
  assert.ok(fit.lower < 0.9 && fit.upper > 1.1);
});

Deno.test("fitPowerLaw() does not depend on the order of the points and repeats itself", () => {
  const random = seededRandom(2);
  const points = [5, 10, 15, 30].map((x) => ({ x, samples: Array.from({ length: 7 }, () => x * (1 + random())) }));
  assert.deepEqual(fitPowerLaw(points), fitPowerLaw([...points].sort((p, q) => p.x - q.x)));
  assert.deepEqual(fitPowerLaw(points, 0.95, 200, 4), fitPowerLaw(points, 0.95, 200, 4));
});

Deno.test("fitPowerLaw() shows in its tail exponent that a sum of linear and quadratic bends upwards", () => {
  const fit = fitPowerLaw([5, 10, 15, 20, 25, 30].map((x) => ({ x, samples: [x + 0.05 * x * x] })))!;
  assert.ok(fit.tailExponent > fit.exponent && fit.exponent > 1 && fit.tailExponent < 2);
});

Deno.test("fitPowerLaw() covers the true exponent at least as often as its level says", () => {
  const random = seededRandom(9);
  const noise = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  for (const count of [3, 4, 6]) {
    const trials = 250;
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      // Each length has an offset of its own (which samples cannot see) besides the noise of its samples.
      const points = [5, 10, 15, 20, 25, 30].slice(0, count).map((x) => {
        const offset = 0.05 * noise();
        return { x, samples: Array.from({ length: 10 }, () => x ** 1.3 * Math.exp(offset + 0.02 * noise())) };
      });
      const fit = fitPowerLaw(points, 0.95, 100, trial)!;
      if (fit.lower <= 1.3 && 1.3 <= fit.upper) covered++;
    }
    assert.ok(covered / trials > 0.91, `${count} points: ${covered / trials}`);
  }
});

Deno.test("fitPowerLaw() has no fit below two different x and rejects what has no logarithm", () => {
  assert.equal(fitPowerLaw([]), null);
  assert.equal(fitPowerLaw([{ x: 5, samples: [1, 2] }]), null);
  assert.equal(fitPowerLaw([{ x: 5, samples: [1] }, { x: 5, samples: [2] }]), null);
  assert.throws(() => fitPowerLaw([{ x: 0, samples: [1] }, { x: 1, samples: [1] }]), /x = 0/);
  assert.throws(() => fitPowerLaw([{ x: 2, samples: [0] }, { x: 1, samples: [1] }]), /x = 2/);
});
