/** What tests of the gate's report make their samples with. */
import { seededRandom } from "../statistics/random.ts";
import type { GateReport, MeasuredTiming, Round } from "./schema.ts";

/** A standard normal deviate. */
export type Deviate = () => number;

/** Normal deviates of a seed, each `scale` as large with probability `share`. */
export function deviates(seed: number, share = 0, scale = 1): Deviate {
  const random = seededRandom(seed);
  return () => {
    const wide = random() < share ? scale : 1;
    return wide * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  };
}

/** Rounds of one sample a process, round 1 ms; `slower` times as long in a side, by "side name". */
export function rounds(
  count: number,
  names: readonly string[],
  spread: number,
  deviate: Deviate,
  slower: Readonly<Record<string, number>> = {},
): Round[] {
  const side = (side: string): Record<string, number[]> =>
    Object.fromEntries(
      names.map((name) => [name, [1e-3 * Math.exp(spread * deviate()) * (slower[`${side} ${name}`] ?? 1)]]),
    );
  return Array.from({ length: count }, () => ({
    order: ["baseline", "candidate", "control"],
    baseline: side("baseline"),
    candidate: side("candidate"),
    control: side("control"),
  }));
}

/** A measured timing lane. */
export function measuredTiming(rounds: Round[], changes: Partial<MeasuredTiming> = {}): MeasuredTiming {
  return {
    baseline: { name: "main", commit: "0123456789".repeat(4), dirty: false },
    candidate: { name: "this version", commit: "0123456789".repeat(4), dirty: true },
    rules: { effect: 0.05, alpha: 0.01 },
    looks: [8, 12, 16, 20, 30],
    seed: 1,
    samples: 1,
    planted: null,
    clock: "processor",
    launches: Object.fromEntries(Object.keys(rounds[0]?.baseline ?? {}).map((name) => [name, 10])),
    missing: [],
    stopped: "verdict",
    failure: null,
    seconds: 61.5,
    rounds,
    ...changes,
  };
}

/** A machine. */
export const ENVIRONMENT: GateReport["environment"] = {
  command: "deno task gate --against main",
  git_commit: "0123456789".repeat(4),
  git_dirty: true,
  started_at: "2026-01-02T03:04:05.000Z",
  adapter: { vendor: "", architecture: "", device: "", description: "llvmpipe", backend: "deno", is_software: true },
  limits: {},
  features: [],
  driver: null,
  os: "an operating system",
  cpu: "a processor",
  cpu_cores: 2,
  memory_bytes: 2 ** 33,
  deno: "2.9.6",
  v8: "14",
  packages: {},
};
