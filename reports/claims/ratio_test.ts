import assert from "node:assert/strict";
import { meanOfRates, rateOfTrainings, ratioOfMedians, ratioOfRates } from "./ratio.ts";

const near = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < 1e-12 * Math.abs(expected), `${actual} is not ${expected}`);

Deno.test("ratioOfMedians() gives the ratio with an interval that the samples allow, the same every time", () => {
  const above = [2, 2.1, 1.9, 2.05, 1.95];
  const below = [1, 1.02, 0.98, 1.01, 0.99];
  const ratio = ratioOfMedians(above, below);
  assert.equal(ratio.value, 2);
  assert.ok(ratio.lower < 2 && ratio.lower >= 1.9 / 1.02, `${ratio.lower}`);
  assert.ok(ratio.upper > 2 && ratio.upper <= 2.1 / 0.98, `${ratio.upper}`);
  assert.deepEqual(ratioOfMedians(above, below), ratio);
});

Deno.test("ratioOfMedians() has no interval where each is counted once", () => {
  assert.deepEqual(ratioOfMedians([3], [2]), { value: 1.5, lower: 1.5, upper: 1.5 });
});

Deno.test("ratioOfRates() widens by both intervals, and is the plain ratio where the other is exact", () => {
  const exact = { value: 0.1, lower: 0.1, upper: 0.1 };
  const rate = { value: 0.2, lower: 0.16, upper: 0.25 };
  const one = ratioOfRates(rate, exact)!;
  for (const [end, expected] of [["value", 2], ["lower", 1.6], ["upper", 2.5]] as const) near(one[end], expected);
  const inverse = ratioOfRates(exact, rate)!;
  for (const [end, expected] of [["value", 0.5], ["lower", 0.4], ["upper", 0.625]] as const) {
    near(inverse[end], expected);
  }
  const both = ratioOfRates(rate, rate)!;
  near(both.lower, 1 / Math.exp(Math.hypot(Math.log(1.25), Math.log(1.25))));
  near(both.upper, 1 / both.lower);
});

Deno.test("ratioOfRates() gives null where an end has no logarithm", () => {
  const rate = { value: 0.2, lower: 0.1, upper: 0.3 };
  assert.equal(ratioOfRates(rate, { value: 0.1, lower: 0, upper: 0.2 }), null);
  assert.equal(ratioOfRates({ value: 0, lower: 0, upper: 0 }, rate), null);
});

Deno.test("meanOfRates() is as sure as independent rates make it", () => {
  const rate = { value: 0.04, lower: 0.03, upper: 0.06 };
  const mean = meanOfRates([rate, rate, rate, rate]);
  near(mean.value, 0.04);
  near(mean.lower, 0.04 - 0.01 / 2);
  near(mean.upper, 0.04 + 0.02 / 2);
});

Deno.test("rateOfTrainings() of one is its rate, and of several has Student's interval over seeds besides", () => {
  const rate = { value: 0.05, lower: 0.04, upper: 0.06 };
  const alone = rateOfTrainings([rate])!;
  for (const end of ["value", "lower", "upper"] as const) near(alone[end], rate[end]);
  const same = rateOfTrainings([rate, rate, rate])!;
  for (const end of ["value", "lower", "upper"] as const) near(same[end], rate[end]);

  // Logarithms 0 and ±0.1 about that of 5 %: deviation 0.1, and Student's t of two degrees of freedom is 4.3027.
  const exact = [-0.1, 0, 0.1].map((log) => 0.05 * Math.exp(log)).map((value) => ({
    value,
    lower: value,
    upper: value,
  }));
  const spread = rateOfTrainings(exact)!;
  assert.ok(Math.abs(Math.log(spread.upper / spread.value) - 4.30265273 * 0.1 / Math.sqrt(3)) < 1e-6);
  near(spread.value / spread.lower, spread.upper / spread.value);
  assert.equal(rateOfTrainings([rate, { value: 0, lower: 0, upper: 0.01 }]), null);
});
