import { median } from "../statistics/quantile.ts";
import { isTooWide, pairedRatio, ratioVerdict } from "../statistics/ratio_verdict.ts";
import { spentLevels } from "../statistics/spending.ts";
import type { GateRow, MeasuredTiming, Round } from "./schema.ts";

/** What the rows of a timing lane follow from. */
export type TimingSamples = Pick<MeasuredTiming, "rules" | "looks" | "launches" | "rounds">;

/**
 * The verdict on each benchmark after so many rounds; none before the first look. Between two looks, where time ran out,
 * the intervals are those of the next one, which then does not come.
 */
export function timingRows({ rules, looks, launches, rounds }: TimingSamples): GateRow[] {
  const look = looks.findIndex((pairs) => rounds.length <= pairs);
  if (rounds.length < looks[0] || look < 0) return [];
  const names = Object.keys(launches);
  const level = spentLevels(looks, rules.alpha, names.length)[look];
  return names.map((name) => {
    const logs = logRatios(rounds, name, "candidate");
    const control = logRatios(rounds, name, "control");
    const ratio = pairedRatio(logs, level);
    return {
      name,
      verdict: ratioVerdict(logs, level, rules.effect),
      ...ratio,
      too_wide: isTooWide(ratio, rules.effect),
      baseline_seconds: median(rounds.map(({ baseline }) => median(baseline[name]))),
      candidate_seconds: median(rounds.map(({ candidate }) => median(candidate[name]))),
      control: { verdict: ratioVerdict(control, level, rules.effect), ...pairedRatio(control, level) },
    };
  });
}

/** Whether more pairs would change no verdict: nothing is inconclusive, of the candidate or of the control. */
export function isClear(rows: readonly GateRow[]): boolean {
  return rows.length > 0 &&
    rows.every(({ verdict, control }) => verdict !== "inconclusive" && control?.verdict !== "inconclusive");
}

/** Logarithms of one side's time over the baseline's, round by round: each process by its median sample. */
export function logRatios(rounds: readonly Round[], name: string, side: "candidate" | "control"): number[] {
  return rounds.map((round) => Math.log(median(round[side][name]) / median(round.baseline[name])));
}
