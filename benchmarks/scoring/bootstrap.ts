import { sum } from "../../reports/statistics/mean.ts";
import { quantile } from "../../reports/statistics/quantile.ts";
import { seededRandom } from "../../reports/statistics/random.ts";
import { poissonInterval } from "./poisson.ts";

/** What is resampled as a whole: a speaker, or an utterance. `errors` may be a difference of two systems' errors. */
export interface Block {
  readonly errors: number;
  readonly words: number;
}

/** An interval for a rate, as fractions, that holds the truth with probability `level`. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
  readonly level: number;
}

/** With fewer blocks than this no interval that is worth the name can be told. */
export const FEWEST_BLOCKS = 5;

/** From here on the resamples alone tell the interval of a rate. */
export const FEW_ERRORS = 30;

/** Level of every interval that is published. */
export const LEVEL = 0.95;
const RESAMPLES = 2000;
const SEED = 1;

/**
 * Interval for the corpus error rate, errors over words, of the population that the blocks were drawn from.
 *
 * Blocks are drawn with replacement, and of each resample the studentised distance of its rate from the corpus' rate is
 * taken on the scale of square roots, where the spread of error counts depends little on their size; the interval
 * reaches as far as `level` of these distances do, to both sides alike (Hall 1988: symmetric bootstrap-t; standard error
 * by linearising the ratio, Cochran 1977, 6.9). README.md has its coverage beside that of other intervals: percentiles
 * fall short with 10 to 40 speakers. The same blocks in the same order give the same interval.
 *
 * Resamples of a handful of errors hold too few to tell their spread, so that with fewer than {@link FEW_ERRORS} the
 * interval reaches at least as far as if words went wrong independently of one another. Null with fewer than
 * {@link FEWEST_BLOCKS} blocks.
 */
export function rateInterval(blocks: readonly Block[], level = LEVEL, seed = SEED): Interval | null {
  if (blocks.length < FEWEST_BLOCKS) return null;
  const corpus = ratio(blocks);
  const { lower, upper } = corpus.rate === 0 ? { lower: 0, upper: 0 } : spread(blocks, corpus, level, seed);
  const errors = sum(blocks.map((block) => block.errors));
  if (errors >= FEW_ERRORS) return { lower, upper, level };
  const words = sum(blocks.map((block) => block.words));
  const independent = poissonInterval(errors, level);
  return {
    lower: Math.min(lower, independent.lower / words),
    upper: Math.max(upper, independent.upper / words),
    level,
  };
}

function spread(blocks: readonly Block[], corpus: Estimate, level: number, seed: number) {
  const root = Math.sqrt(corpus.rate);
  const reach = studentised(blocks, ratio, level, seed, ({ rate, error }) => {
    const resampled = Math.sqrt(rate);
    return (resampled - root) / (error / (2 * resampled));
  });
  const half = reach * corpus.error / (2 * root);
  return { lower: Math.max(0, root - half) ** 2, upper: (root + half) ** 2 };
}

/**
 * Interval for the difference of two systems' error rates on the same blocks, whose `errors` are the first system's
 * less the second's: {@link rateInterval} without the square root. Null with fewer than {@link FEWEST_BLOCKS} blocks.
 */
export function differenceInterval(blocks: readonly Block[], level = LEVEL, seed = SEED): Interval | null {
  if (blocks.length < FEWEST_BLOCKS) return null;
  return { ...symmetric(blocks, ratio, level, seed), level };
}

/** Errors of two systems on what is resampled as a whole. */
export interface PairedBlock {
  readonly above: number;
  readonly below: number;
}

/**
 * Interval for the ratio of two systems' errors on the same blocks, above over below: {@link rateInterval} on the scale of
 * logarithms. Null with fewer than {@link FEWEST_BLOCKS} blocks, and with fewer than {@link FEW_ERRORS} errors of either
 * system, whose resamples hold too few to tell their spread.
 */
export function ratioInterval(blocks: readonly PairedBlock[], level = LEVEL, seed = SEED): Interval | null {
  const [above, below] = [blocks.map(({ above }) => above), blocks.map(({ below }) => below)].map(sum);
  if (blocks.length < FEWEST_BLOCKS || Math.min(above, below) < FEW_ERRORS) return null;
  const { lower, upper } = symmetric(blocks, logRatio, level, seed);
  return { lower: Math.exp(lower), upper: Math.exp(upper), level };
}

/** As far to both sides as `level` of the resamples' estimates, as they are, lie from that of all blocks. */
function symmetric<B>(
  blocks: readonly B[],
  estimate: (blocks: readonly B[]) => Estimate,
  level: number,
  seed: number,
) {
  const corpus = estimate(blocks);
  const reach = studentised(blocks, estimate, level, seed, ({ rate, error }) => (rate - corpus.rate) / error);
  return { lower: corpus.rate - reach * corpus.error, upper: corpus.rate + reach * corpus.error };
}

/** A rate and its standard error. */
interface Estimate {
  readonly rate: number;
  readonly error: number;
}

/** The distance that `level` of the resamples' statistics stay within; 0 where no resample has any spread. */
function studentised<B>(
  blocks: readonly B[],
  estimate: (blocks: readonly B[]) => Estimate,
  level: number,
  seed: number,
  statistic: (resampled: Estimate) => number,
): number {
  const random = seededRandom(seed);
  const distances: number[] = [];
  for (let i = 0; i < RESAMPLES; i++) {
    const drawn = blocks.map(() => blocks[Math.floor(random() * blocks.length)]);
    const distance = Math.abs(statistic(estimate(drawn)));
    // One block drawn again and again has a rate but no standard error.
    if (Number.isFinite(distance)) distances.push(distance);
  }
  return distances.length === 0 ? 0 : quantile(distances, level);
}

/** Errors over words, with the standard error of a ratio of two sums over blocks drawn at random. */
function ratio(blocks: readonly Block[]): Estimate {
  let [errors, words] = [0, 0];
  for (const block of blocks) {
    errors += block.errors;
    words += block.words;
  }
  const rate = errors / words;
  let squares = 0;
  for (const block of blocks) squares += (block.errors - rate * block.words) ** 2;
  return { rate, error: Math.sqrt(squares * blocks.length / (blocks.length - 1)) / words };
}

/** The logarithm of the ratio of two sums over blocks drawn at random, with its standard error, linearised. */
function logRatio(blocks: readonly PairedBlock[]): Estimate {
  const [above, below] = [sum(blocks.map(({ above }) => above)), sum(blocks.map(({ below }) => below))];
  const squares = sum(blocks.map((block) => (block.above / above - block.below / below) ** 2));
  return { rate: Math.log(above / below), error: Math.sqrt(squares * blocks.length / (blocks.length - 1)) };
}
