import type { AdapterDescription } from "../../../kernels/gpu/mod.ts";
import { percent } from "../../../reports/gate/outcome.ts";
import type { MeasuredTiming, Round } from "../../../reports/gate/schema.ts";
import { isClear, timingRows } from "../../../reports/gate/timing_rows.ts";
import { seededRandom } from "../../../reports/statistics/random.ts";
import { shuffled, type Stream } from "../../../training/random.ts";
import { NotMeasuredError } from "../../harness/errors.ts";
import type { Progress } from "../../harness/progress.ts";
import { ask } from "../ask.ts";
import type { Checkout } from "../checkout.ts";
import type { GateOptions } from "../options.ts";
import { wholeCalls } from "./plant.ts";
import type { SampleAnswer, SampleRequest } from "./protocol.ts";

/** Chance that any interval of a run misses the truth; a false alarm lies on one side of it, and past the effect as well. */
const ALPHA = 0.01;

/** Pairs after which the verdict is sought, up to the most that are asked for. */
const LOOKS: readonly number[] = [8, 12, 16, 20];

/** What is measured, and for how long. */
export interface TimingPlan
  extends Pick<GateOptions, "names" | "effect" | "pairs" | "minutes" | "samples" | "seed" | "plant" | "gpu"> {
  readonly baseline: Pick<Checkout, "root" | "version">;
  readonly candidate: Pick<Checkout, "root" | "version">;
}

/** What surrounds a run. */
export interface Surroundings {
  readonly progress: Progress;
  readonly interrupt: AbortSignal;
  /** The program that measures: timing/child.ts, or a stand-in for it in tests. */
  readonly script: string;
}

type Answer = Exclude<SampleAnswer, { readonly failed: string }>;
type Side = Round["order"][number];

/** A lane that is ready to measure rounds. */
export interface TimingRun {
  /** What is known so far; rounds are added to it by whoever measures them. */
  readonly timing: MeasuredTiming;
  readonly adapter: AdapterDescription;
  /** One fresh process of each side, in random order; null when interrupted. Throws NotMeasuredError. */
  measureRound(): Promise<Round | null>;
}

/**
 * Runs both versions once, which settles what can be compared and how many launches fill a sample; null when interrupted.
 * Throws NotMeasuredError where a version does not run at all.
 */
export async function beginTiming(plan: TimingPlan, { interrupt, script }: Surroundings): Promise<TimingRun | null> {
  const random = seededRandom(plan.seed);
  const draw = { integer: (n: number) => Math.floor(random() * n) };
  const timing = emptyLane(plan);
  // The same in runs with and without a plant of 10 %, so that both see the same noise.
  const multiple = plan.plant === null ? wholeCalls(0.1) : wholeCalls(plan.plant.share);
  const sample = async (side: Side, names: readonly string[], samples: number): Promise<Answer | null> => {
    const { root, version } = side === "candidate" ? plan.candidate : plan.baseline;
    const plant = side === "candidate" ? plan.plant : null;
    const { launches } = timing;
    const request: SampleRequest = { root, gpu: plan.gpu, names, launches, multiple, samples, plant };
    return await ask<SampleAnswer>(script, root, request, `${version.name} does not run`, interrupt);
  };
  const first = await sample("baseline", plan.names, 1);
  const other = first && await sample("candidate", plan.names, 1);
  if (first === null || other === null) return null;
  timing.clock = first.clock;
  timing.missing = [...missingIn("baseline", first), ...missingIn("candidate", other)];
  const names = plan.names.filter((name) => !timing.missing.some((lost) => lost.name === name));
  for (const { name, launches } of first.sampled) if (names.includes(name)) timing.launches[name] = launches;
  return {
    timing,
    adapter: first.adapter,
    measureRound: () => measureRound(names, draw, (side, names) => sample(side, names, plan.samples)),
  };
}

/**
 * Measures both versions, round after round, until the verdict is clear, the pairs or the time run out, or it is
 * interrupted; what was measured until then is kept. Throws NotMeasuredError where a version does not run at all.
 */
export async function measureTiming(
  plan: TimingPlan,
  surroundings: Surroundings,
): Promise<{ timing: MeasuredTiming; adapter: AdapterDescription | null }> {
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  const { progress } = surroundings;
  progress.status("both versions, once");
  const run = await beginTiming(plan, surroundings);
  if (run === null) {
    return { timing: { ...emptyLane(plan), stopped: "interrupted", seconds: seconds() }, adapter: null };
  }
  const { timing, adapter } = run;
  const ended = (stopped: MeasuredTiming["stopped"], failure: string | null = null) => (
    { timing: { ...timing, stopped, failure, seconds: seconds() }, adapter }
  );
  for (;;) {
    const pairs = timing.rounds.length;
    if (timing.looks.includes(pairs) && isClear(timingRows(timing))) return ended("verdict");
    if (pairs === plan.pairs || Object.keys(timing.launches).length === 0) return ended("all pairs");
    if (seconds() * (pairs + 2) / (pairs + 1) > 60 * plan.minutes) return ended("out of time");
    progress.status(`pair ${pairs + 1} of up to ${plan.pairs}, ${Math.round(seconds())} s`);
    try {
      const round = await run.measureRound();
      if (round === null) return ended("interrupted");
      timing.rounds.push(round);
    } catch (error) {
      if (error instanceof NotMeasuredError) return ended("failed", error.message);
      throw error;
    }
  }
}

function emptyLane(plan: TimingPlan): MeasuredTiming {
  const { baseline, candidate, effect, pairs, seed, samples, plant } = plan;
  return {
    baseline: baseline.version,
    candidate: candidate.version,
    rules: { effect, alpha: ALPHA },
    looks: [...LOOKS.filter((look) => look < pairs), pairs],
    seed,
    samples,
    planted: plant && `${percent(plant.share)} of the launches of ${plant.match} once more`,
    clock: "host",
    launches: {},
    missing: [],
    stopped: "failed",
    failure: null,
    seconds: 0,
    rounds: [],
  };
}

/** One fresh process of each side, in random order, the benchmarks in one random order for all three. */
async function measureRound(
  names: readonly string[],
  draw: Pick<Stream, "integer">,
  sample: (side: Side, names: readonly string[]) => Promise<Answer | null>,
): Promise<Round | null> {
  const order = shuffled<Side>(["baseline", "candidate", "control"], draw);
  const shuffledNames = shuffled(names, draw);
  const round: Round = { order, baseline: {}, candidate: {}, control: {} };
  for (const side of order) {
    const answer = await sample(side, shuffledNames);
    if (answer === null) return null;
    for (const name of names) {
      const found = answer.sampled.find((sampled) => sampled.name === name);
      if (!found) throw new NotMeasuredError(`${name} failed in the ${side}'s process: ${answer.missing[name]}`);
      round[side][name] = [...found.seconds];
    }
  }
  return round;
}

function missingIn(side: "baseline" | "candidate", { missing }: Answer): MeasuredTiming["missing"] {
  return Object.entries(missing).map(([name, reason]) => ({ name, side, reason }));
}
