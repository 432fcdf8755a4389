import { byBlocks } from "../../benchmarks/scoring/blocks.ts";
import { ratioInterval } from "../../benchmarks/scoring/bootstrap.ts";
import { countsOf, errorsIn, wordsIn } from "../../benchmarks/scoring/counts.ts";
import { protocolNamed } from "../../benchmarks/scoring/protocols/mod.ts";
import { alignUtterances } from "../../benchmarks/scoring/score.ts";
import { scoredUtterances } from "../eval_derive.ts";
import { mean, sum } from "../statistics/mean.ts";
import type { Numbers } from "./claim.ts";
import type { Evaluation } from "./evaluations.ts";
import { reachOfSeeds } from "./ratio.ts";

/** What an utterance was worth in the mean of several trainings. */
interface Heard {
  readonly id: string;
  readonly speaker: string | null;
  readonly words: number;
  readonly errors: number;
}

/**
 * The mean rate of some trainings over that of others, evaluated on the same utterances. What is hard in a speaker is hard
 * for both, so that the interval resamples speakers with both models' errors ({@link ratioInterval}); Student's over the
 * seeds of either adds up with it in squares of logarithms. Null where that cannot be told: utterances that are not at hand
 * or not the same, too few speakers or errors, a training without errors.
 */
export function pairedRatio(
  above: readonly Evaluation[],
  below: readonly Evaluation[],
  protocol: string,
): Numbers | null {
  const [over, under] = [above, below].map((side) => side.flatMap((one) => heardIn(one, protocol)));
  if (over.length < above.length || under.length < below.length || !sameUtterances([...over, ...under])) return null;
  if ([...over, ...under].some((heard) => errorsOf(heard) === 0)) return null;
  const [aboveBlocks, belowBlocks] = [over, under].map((side) => byBlocks(meanOf(side), (one) => one).blocks);
  const interval = ratioInterval(aboveBlocks.map(({ errors }, i) => ({ above: errors, below: belowBlocks[i].errors })));
  if (interval === null) return null;
  const value = errorsOf(meanOf(over)) / errorsOf(meanOf(under));
  const ofSeeds = [over, under].map((side) => reachOfSeeds(side.map(errorsOf)));
  const reach = (end: number): number => Math.exp(Math.hypot(Math.log(end / value), ...ofSeeds));
  return { value, lower: value / reach(interval.lower), upper: value * reach(interval.upper) };
}

/** One list, in an array that is empty where the utterances are not at hand. */
function heardIn({ report, utterances }: Evaluation, name: string): [Heard[]] | [] {
  const protocol = protocolNamed(name);
  if (utterances === undefined || protocol === undefined) return [];
  const heard = alignUtterances(scoredUtterances(report, utterances), protocol).map(({ id, speaker, operations }) => {
    const counts = countsOf(operations);
    return { id, speaker, words: wordsIn(counts), errors: errorsIn(counts) };
  });
  return [heard];
}

function sameUtterances([first, ...others]: readonly (readonly Heard[])[]): boolean {
  return others.every((other) =>
    other.length === first.length && other.every(({ id, words }, i) => id === first[i].id && words === first[i].words)
  );
}

function meanOf(trainings: readonly (readonly Heard[])[]): Heard[] {
  return trainings[0].map((one, i) => ({
    ...one,
    errors: mean(trainings.map((heard) => heard[i].errors)),
  }));
}

function errorsOf(heard: readonly Heard[]): number {
  return sum(heard.map(({ errors }) => errors));
}
