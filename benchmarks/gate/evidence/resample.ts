/**
 * False alarms and misses of the gate by resampling recorded noise: each gate run draws its rounds with replacement from
 * those that record.ts wrote, and a planted slowdown multiplies one benchmark's times in the candidate. As its three
 * processes ran the same, which of them is the candidate is drawn as well.
 *
 *   deno run --allow-read benchmarks/gate/evidence/resample.ts FILE [RUNS] [SEED]
 *
 * 1000 runs of each kind take about two minutes.
 */
import { markdownTable } from "../../../reports/markdown_table.ts";
import { counted } from "../../../reports/gate/outcome.ts";
import type { GateRow, MeasuredTiming, Round } from "../../../reports/gate/schema.ts";
import { decide } from "../../../reports/gate/sequential.ts";
import { seededRandom } from "../../../reports/statistics/random.ts";
import { readRounds, type RecordedRound } from "./recorded.ts";

/** The gate's rules by default; see timing/lane.ts. */
const RULES: Pick<MeasuredTiming, "rules" | "looks"> = {
  rules: { effect: 0.05, alpha: 0.01 },
  looks: [8, 12, 16, 20, 30],
};

/** What many gate runs came to. */
export interface Rates {
  readonly runs: number;
  /** Runs that end with exit code 1. */
  readonly regressions: number;
  /** Runs that name a regression in what was not planted. */
  readonly falseAlarms: number;
  /** Runs whose control found something, or that were too noisy: exit code 2. */
  readonly unmeasured: number;
  /** Runs in which the planted benchmark's interval holds the truth. */
  readonly covered: number;
  readonly pairs: number;
}

/** Simulates gate runs in which `planted` (null: nothing) is slower by `share` in the candidate. */
export function simulate(
  recorded: readonly RecordedRound[],
  planted: string | null,
  share: number,
  runs: number,
  random: () => number,
): Rates {
  const { launches } = recorded[0];
  const most = RULES.looks[RULES.looks.length - 1];
  const rates = { runs, regressions: 0, falseAlarms: 0, unmeasured: 0, covered: 0, pairs: 0 };
  for (let run = 0; run < runs; run++) {
    const drawn = Array.from({ length: most }, () => {
      const round = relabelled(recorded[Math.floor(random() * recorded.length)].round, random);
      return planted === null ? round : slow(round, planted, 1 + share);
    });
    const { rows, pairs } = decide({ ...RULES, launches }, drawn);
    const row = rows.find(({ name }) => name === planted);
    rates.pairs += pairs / runs;
    if (row && row.lower <= 1 + share && row.upper >= 1 + share) rates.covered++;
    if (isUnmeasured(rows)) {
      rates.unmeasured++;
      continue;
    }
    const alarms = rows.filter(({ verdict }) => verdict === "regression");
    if (alarms.length > 0) rates.regressions++;
    if (alarms.some(({ name }) => name !== planted)) rates.falseAlarms++;
  }
  return rates;
}

function isUnmeasured(rows: readonly GateRow[]): boolean {
  if (rows.some(({ control }) => control?.verdict === "regression" || control?.verdict === "improvement")) return true;
  if (rows.some(({ verdict }) => verdict === "regression")) return false;
  return rows.some(({ verdict, too_wide }) => verdict === "inconclusive" && too_wide);
}

/** The same three processes under other names: all six ways are as likely where they ran the same program. */
function relabelled({ order, ...sides }: Round, random: () => number): Round {
  const left = [sides.baseline, sides.candidate, sides.control];
  const draw = () => left.splice(Math.floor(random() * left.length), 1)[0];
  return { order, baseline: draw(), candidate: draw(), control: draw() };
}

function slow(round: Round, name: string, factor: number): Round {
  return {
    ...round,
    candidate: { ...round.candidate, [name]: round.candidate[name].map((seconds) => factor * seconds) },
  };
}

/** The rates of runs without and with planted slowdowns of each benchmark, as a Markdown table. */
export function resampledTable(recorded: readonly RecordedRound[], runs: number, seed: number): string {
  const random = seededRandom(seed);
  const cases: readonly (readonly [string | null, number])[] = [
    [null, 0],
    ...Object.keys(recorded[0].launches).flatMap((name) => [[name, 0.05] as const, [name, 0.1] as const]),
  ];
  return markdownTable(
    ["Planted", "Regression", "False alarm", "Could not measure", "Interval holds it", "Pairs"],
    cases.map(([name, share]) => {
      const rates = simulate(recorded, name, share, runs, random);
      const of = (count: number): string => `${(100 * count / runs).toFixed(1)} %`;
      return [
        name === null ? "nothing" : `${name} +${Math.round(100 * share)} %`,
        of(rates.regressions),
        of(rates.falseAlarms),
        of(rates.unmeasured),
        name === null ? "–" : of(rates.covered),
        rates.pairs.toFixed(1),
      ];
    }),
    ["Regression", "False alarm", "Could not measure", "Interval holds it", "Pairs"],
  );
}

if (import.meta.main) {
  const [file, runs = "1000", seed = "1"] = Deno.args;
  const recorded = await readRounds(file);
  for (
    const [what, chosen] of [
      ["all rounds", recorded],
      ["one core busy", recorded.filter(({ busy }) => busy)],
      ["both cores free", recorded.filter(({ busy }) => !busy)],
    ] as const
  ) {
    if (chosen.length === 0) continue;
    console.log(`${what}: ${counted(Number(runs), "gate run")} of each kind from ${counted(chosen.length, "round")}\n`);
    console.log(resampledTable(chosen, Number(runs), Number(seed)) + "\n");
  }
}
