import { significant } from "../format.ts";
import type { ExactLane, GateReport, GateRow, StoredLane, TimingLane } from "./schema.ts";

/** What the lanes found, where they ran. */
export type Lanes = Pick<GateReport, "exact" | "timing" | "stored">;

/** Exit code and messages, a line each. */
export type Outcome = Pick<GateReport, "exit_code" | "messages">;

/**
 * What a run comes to: 1 where anything is a regression, else 2 where anything could not be measured, else 0. A control that
 * finds a difference takes every verdict of its lane away.
 */
export function outcomeOf({ exact, timing, stored }: Lanes): Outcome {
  const lanes = [exactOutcome(exact), timingOutcome(timing), storedOutcome(stored)];
  const codes = lanes.map(({ exit_code }) => exit_code);
  return {
    exit_code: codes.includes(1) ? 1 : codes.includes(2) ? 2 : 0,
    messages: lanes.flatMap(({ messages }) => messages),
  };
}

function exactOutcome(lane: ExactLane | null): Outcome {
  if (lane === null) return { exit_code: 0, messages: [] };
  const { compared, differences, problems } = lane;
  const items = compared.reduce((sum, { items }) => sum + items, 0);
  const said = differences.length === 0
    ? `exact lane: ${counted(items, "item")} as in the baseline`
    : `exact lane: ${counted(differences.length, "difference")} from the baseline (${
      kinds(differences.map(({ name }) => name))
    }); if they are meant, \`deno task gate --accept\` writes the new baseline`;
  return {
    exit_code: differences.length > 0 ? 1 : problems.length > 0 ? 2 : 0,
    messages: [
      ...(compared.length > 0 || differences.length > 0 ? [said] : []),
      ...problems.map((it) => `could not compare: ${it}`),
    ],
  };
}

function timingOutcome(lane: TimingLane | null): Outcome {
  if (lane === null) return { exit_code: 0, messages: [] };
  const { rows, rounds, looks, stopped, failure, missing, rules } = lane;
  const most = looks[looks.length - 1];
  const unmeasured = (why: string): Outcome => ({ exit_code: 2, messages: [`could not measure: ${why}`] });
  if (stopped === "interrupted") {
    return unmeasured(`interrupted after ${counted(rounds.length, "pair")} of up to ${most}; run it again`);
  }
  if (stopped === "failed") return unmeasured(failure ?? "a process failed");
  if (rows.length === 0) {
    return unmeasured(
      Object.keys(lane.launches).length === 0
        ? `no benchmark runs in both versions${
          missing.map(({ name, side, reason }) => `; ${name} in the ${side}: ${reason}`)[0] ?? ""
        }`
        : `time ran out after ${counted(rounds.length, "pair")}, before the first look at ${looks[0]}; ` +
          "give more --minutes, or fewer benchmarks with --only",
    );
  }
  const { exit_code, messages } = judged(rows, rules.effect, `${pairs(lane)}`);
  const lost = missing.filter(({ side }) => side === "candidate");
  return {
    exit_code: exit_code === 0 && lost.length > 0 ? 2 : exit_code,
    messages: [
      ...messages,
      ...lost.map(({ name, reason }) => `could not measure: ${name} does not run in the candidate (${reason})`),
      ...missing.filter(({ side }) => side === "baseline").map(({ name, reason }) =>
        `${name} does not run in the baseline (${reason})`
      ),
    ],
  };
}

function storedOutcome(lane: StoredLane | null): Outcome {
  if (lane === null) return { exit_code: 0, messages: [] };
  const { rows, rules, allowed } = lane;
  if (rows.length === 0) {
    return { exit_code: 2, messages: ["could not measure: the reports hold no samples of the same thing"] };
  }
  const { exit_code, messages } = judged(rows, rules.effect, "by the samples of one process each");
  return { exit_code, messages: [...messages, ...allowed.map((what) => `differs, and was allowed to: ${what}`)] };
}

/** Rows of one lane: control first, then what is slower, what could not be told, what is faster. */
function judged(rows: readonly GateRow[], effect: number, how: string): Outcome {
  const disturbed = rows.filter(({ control }) => control !== null && isChange(control.verdict));
  if (disturbed.length > 0) {
    return {
      exit_code: 2,
      messages: disturbed.map(({ name, control }) =>
        `could not measure: ${name} differs from itself by ${change(control!.ratio)} ${interval(control!)} ${how}; ` +
        "the machine was disturbed, or what ran before bears on what runs after: run it again"
      ),
    };
  }
  const of = (verdict: GateRow["verdict"]) => rows.filter((row) => row.verdict === verdict);
  const noisy = of("inconclusive").filter(({ too_wide }) => too_wide);
  const slower = of("regression");
  const messages = [
    ...slower.map((row) => `REGRESSION: ${row.name} is ${change(row.ratio)} ${interval(row)} ${how}`),
    ...noisy.map((row) =>
      `could not measure: ${row.name} is too noisy to see ${percent(effect)}, its interval is ${interval(row)} ${how}`
    ),
    ...of("improvement").map((row) => `improvement: ${row.name} is ${change(row.ratio)} ${interval(row)} ${how}`),
  ];
  const slightly = rows.filter(({ verdict, ratio, lower }) =>
    // Less than half the effect is for the table alone.
    verdict !== "regression" && lower > 1 && ratio > 1 + effect / 2
  );
  messages.push(
    ...slightly.map((row) =>
      `slower, but by less than ${percent(effect)}: ${row.name} is ${change(row.ratio)} ${interval(row)} ${how}`
    ),
  );
  if (slower.length === 0 && noisy.length === 0) {
    messages.push(`timing: ${counted(rows.length, "benchmark")}, none slower by ${percent(effect)} ${how}`);
  }
  return { exit_code: slower.length > 0 ? 1 : noisy.length > 0 ? 2 : 0, messages };
}

/** "10.2 % slower", "3.10 % faster" or "as fast". */
export function change(ratio: number): string {
  if (ratio === 1) return "as fast";
  return ratio > 1 ? `${significant(100 * (ratio - 1))} % slower` : `${significant(100 * (1 - ratio))} % faster`;
}

/** A ratio's interval as a change in time: "[+3.1 %, +12.0 %]". */
export function interval({ lower, upper }: Pick<GateRow, "lower" | "upper">): string {
  return `[${signed(lower)}, ${signed(upper)}]`;
}

/** How far a ratio is from 1: "+3.1 %". */
export function signed(ratio: number): string {
  const percent = 100 * (ratio - 1);
  return `${percent < 0 ? "−" : "+"}${Math.abs(percent).toFixed(1)} %`;
}

/** "after 12 of up to 30 pairs". */
export function pairs({ rounds, looks }: Pick<TimingLane, "rounds" | "looks">): string {
  return `after ${rounds.length} of up to ${looks[looks.length - 1]} pairs`;
}

/** "5 %". */
export function percent(share: number): string {
  return `${Number((100 * share).toFixed(2))} %`;
}

function isChange(verdict: GateRow["verdict"]): boolean {
  return verdict === "regression" || verdict === "improvement";
}

/** "1 item", "12 items". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** The kinds of quantities among names, with their number: "3 wgsl, 1 dispatches". */
function kinds(names: readonly string[]): string {
  const found = new Map<string, number>();
  for (const name of names) {
    const kind = name.split("/")[0];
    found.set(kind, (found.get(kind) ?? 0) + 1);
  }
  return [...found].map(([kind, count]) => `${count} ${kind}`).join(", ");
}
