import assert from "node:assert/strict";
import { percentileInterval } from "../../reports/statistics/bootstrap.ts";
import { seededRandom } from "../../reports/statistics/random.ts";
import {
  type Block,
  differenceInterval,
  type Interval,
  LEVEL,
  type PairedBlock,
  rateInterval,
  ratioInterval,
} from "./bootstrap.ts";

const random = seededRandom(11);

function normal(): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Marsaglia and Tsang 2000. */
function gamma(shape: number): number {
  if (shape < 1) return gamma(shape + 1) * random() ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = normal();
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random()) < x * x / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}

function poisson(mean: number): number {
  if (mean > 500) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
  let count = -1;
  for (let sum = 0; sum <= mean; count++) sum -= Math.log(1 - random());
  return count;
}

/** A test set to draw: so many speakers, who differ in how much they say and how often they are misheard. */
interface Setting {
  readonly speakers: number;
  readonly words: number;
  /** Spread of the logarithm of a speaker's words. */
  readonly unequal: number;
  /** The true error rate, and the relative spread of speakers' own rates around it. */
  readonly rate: number;
  readonly spread: number;
}

const TEST_CLEAN: Setting = { speakers: 40, words: 1314, unequal: 0.11, rate: 0.03, spread: 0.5 };
const TEST_OTHER: Setting = { speakers: 33, words: 1586, unequal: 0.19, rate: 0.09, spread: 0.6 };
const UNEQUAL: Setting = { speakers: 20, words: 1000, unequal: 0.6, rate: 0.06, spread: 0.5 };
const AN4: Setting = { speakers: 10, words: 77, unequal: 0.15, rate: 0.12, spread: 0.4 };
const RARE: Setting = { speakers: 40, words: 100, unequal: 0.3, rate: 0.00125, spread: 0.5 };

/** Two systems' errors on one drawn test set: what is hard in a speaker is hard for both. The second errs 0.8 times as often. */
function drawn({ speakers, words, unequal, rate, spread }: Setting) {
  const first: Block[] = [];
  const pairs: PairedBlock[] = [];
  const difference: Block[] = [];
  for (let i = 0; i < speakers; i++) {
    const said = Math.max(5, Math.round(words * Math.exp(unequal * normal() - unequal ** 2 / 2)));
    const hardness = gamma(spread ** -2) * spread ** 2;
    // Errors come in clusters: a Poisson count whose mean is drawn itself has twice the spread.
    const errors = poisson(gamma(said * rate * hardness));
    const other = poisson(gamma(0.8 * said * rate * hardness));
    first.push({ errors, words: said });
    difference.push({ errors: errors - other, words: said });
    pairs.push({ above: errors, below: other });
  }
  return { first, difference, pairs };
}

/** How often, of two thousand drawn test sets, an interval holds the truth, in per cent. */
function coverage(
  setting: Setting,
  interval: (sets: ReturnType<typeof drawn>) => Interval | null,
  truth: number,
): number {
  const corpora = 2000;
  let held = 0;
  for (let i = 0; i < corpora; i++) {
    const found = interval(drawn(setting));
    if (found !== null && found.lower <= truth && truth <= found.upper) held++;
  }
  return 100 * held / corpora;
}

function percentile({ first }: ReturnType<typeof drawn>): Interval {
  const rates = Array.from({ length: 500 }, () => {
    const picked = first.map(() => first[Math.floor(random() * first.length)]);
    return picked.reduce((sum, b) => sum + b.errors, 0) / picked.reduce((sum, b) => sum + b.words, 0);
  });
  return { ...percentileInterval(rates, LEVEL), level: LEVEL };
}

for (const [name, setting] of Object.entries({ TEST_CLEAN, TEST_OTHER, UNEQUAL, AN4, RARE })) {
  Deno.test(`rateInterval() holds the truth in 93 to 97 % of corpora drawn like ${name}`, () => {
    const covered = coverage(setting, ({ first }) => rateInterval(first), setting.rate);
    assert.ok(covered >= 93 && covered <= 97, `${covered} %`);
  });
}

for (const [name, setting] of Object.entries({ TEST_OTHER, AN4 })) {
  Deno.test(`differenceInterval() holds the true difference in 93 to 97 % of corpora drawn like ${name}`, () => {
    const covered = coverage(setting, ({ difference }) => differenceInterval(difference), 0.2 * setting.rate);
    assert.ok(covered >= 93 && covered <= 97, `${covered} %`);
  });
}

for (const [name, setting] of Object.entries({ TEST_OTHER, AN4 })) {
  Deno.test(`ratioInterval() holds the true ratio in 93 to 97 % of corpora drawn like ${name}`, () => {
    const covered = coverage(setting, ({ pairs }) => ratioInterval(pairs), 1 / 0.8);
    assert.ok(covered >= 93 && covered <= 97, `${covered} %`);
  });
}

Deno.test("rateInterval() is needed: percentiles of the same resamples fall short with ten speakers", () => {
  const covered = coverage(AN4, percentile, AN4.rate);
  assert.ok(covered < 92, `${covered} %`);
});

Deno.test("rateInterval() gives the same for the same blocks, and another for another seed", () => {
  const { first } = drawn(TEST_OTHER);
  assert.deepEqual(rateInterval(first), rateInterval(first));
  assert.notDeepEqual(rateInterval(first), rateInterval(first, LEVEL, 2));
});

Deno.test("rateInterval() surrounds the rate, and widens with the level", () => {
  const { first } = drawn(TEST_CLEAN);
  const rate = first.reduce((sum, b) => sum + b.errors, 0) / first.reduce((sum, b) => sum + b.words, 0);
  const [narrow, wide] = [rateInterval(first, 0.8)!, rateInterval(first, 0.99)!];
  assert.ok(wide.lower < narrow.lower && narrow.lower < rate && rate < narrow.upper && narrow.upper < wide.upper);
});

Deno.test("rateInterval() needs five blocks", () => {
  const blocks = [1, 2, 3, 4].map((errors) => ({ errors, words: 10 }));
  assert.equal(rateInterval(blocks), null);
  assert.equal(differenceInterval(blocks), null);
  assert.notEqual(rateInterval([...blocks, { errors: 0, words: 10 }]), null);
});

Deno.test("rateInterval() without errors reaches from 0 to what many words without one leave open", () => {
  const blocks = new Array<Block>(10).fill({ errors: 0, words: 100 });
  const { lower, upper } = rateInterval(blocks)!;
  assert.equal(lower, 0);
  assert.ok(Math.abs(upper - 3.688879 / 1000) < 1e-7, `${upper}`);
});

Deno.test("differenceInterval() of two systems that err alike is zero", () => {
  const { lower, upper } = differenceInterval(new Array<Block>(8).fill({ errors: 0, words: 50 }))!;
  assert.deepEqual([lower, upper], [0, 0]);
});

Deno.test("ratioInterval() is sure where every speaker's errors have the same ratio, and refuses too few of them", () => {
  const blocks = [4, 8, 6, 10, 12].map((below) => ({ above: 1.5 * below, below }));
  const { lower, upper } = ratioInterval(blocks)!;
  assert.ok(Math.abs(lower - 1.5) < 1e-12 && Math.abs(upper - 1.5) < 1e-12, `${lower} to ${upper}`);
  assert.equal(ratioInterval(blocks.slice(1)), null, "four speakers");
  assert.equal(ratioInterval(blocks.map(({ above, below }) => ({ above, below: below / 2 }))), null, "20 errors");
});
