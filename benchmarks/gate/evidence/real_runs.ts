/**
 * Whole runs of the gate, this version against itself: RUNS without and RUNS with a planted slowdown, in turns, with one
 * core kept busy in every second pair of them. Adds a line of JSON for each to FILE, goes on where it was cut off, and prints
 * them as a table.
 *
 *   deno run --allow-read --allow-write --allow-run=deno,git benchmarks/gate/evidence/real_runs.ts RUNS FILE [NAME=P%]
 *
 * 20 runs of each kind take one to two and a half hours on two cores; by default a tenth is planted in each benchmark by turns.
 */
import { markdownTable } from "../../../reports/markdown_table.ts";
import { interval, outcomeOf } from "../../../reports/gate/outcome.ts";
import { timingRows } from "../../../reports/gate/timing_rows.ts";
import { onInterrupt } from "../../harness/interrupt.ts";
import { stderrProgress } from "../../harness/progress.ts";
import { PROJECT_ROOT } from "../../harness/project.ts";
import { folderVersion } from "../checkout.ts";
import { parseGateOptions } from "../options.ts";
import { GATE_BENCHMARKS } from "../timing/benchmarks.ts";
import { measureTiming } from "../timing/lane.ts";
import { besideBusyCore } from "./busy_core.ts";

/** A line of the file. */
interface RealRun {
  readonly planted: string | null;
  readonly busy: boolean;
  readonly exit_code: number;
  readonly messages: readonly string[];
  readonly pairs: number;
  readonly seconds: number;
  /** Interval of the planted benchmark. */
  readonly interval: string | null;
}

async function oneRun(planted: string | null, busy: boolean, seed: number, interrupt: AbortSignal): Promise<RealRun> {
  const version = await folderVersion("", PROJECT_ROOT, "this version");
  const args = ["--against", PROJECT_ROOT, "--seed", String(seed), ...(planted === null ? [] : ["--plant", planted])];
  const options = parseGateOptions(args)!;
  const plan = { ...options, baseline: version, candidate: version };
  const surroundings = {
    progress: stderrProgress(),
    interrupt,
    script: new URL("../timing/child.ts", import.meta.url).href,
  };
  const { timing } = await besideBusyCore(busy, () => measureTiming(plan, surroundings));
  const lane = { ...timing, rows: timingRows(timing) };
  const row = planted === null ? undefined : lane.rows.find(({ name }) => name.includes(options.plant!.match));
  const { exit_code, messages } = outcomeOf({ exact: null, timing: lane, stored: null });
  const { rounds, seconds } = lane;
  return { planted, busy, exit_code, messages, pairs: rounds.length, seconds, interval: row ? interval(row) : null };
}

if (import.meta.main) {
  const [count, file, given] = Deno.args;
  if (!(Number(count) >= 1) || !file) {
    console.error("give how many runs of each kind to make, and the file that they are added to");
    Deno.exit(3);
  }
  const interrupt = onInterrupt().signal;
  const made = await Deno.readTextFile(file).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  });
  const runs = made.split("\n").filter(Boolean).map((line): RealRun => JSON.parse(line));
  for (let i = runs.length; i < 2 * Number(count) && !interrupt.aborted; i++) {
    const turn = GATE_BENCHMARKS[Math.floor(i / 2) % GATE_BENCHMARKS.length].name;
    const planted = i % 2 === 0 ? null : given ?? `${turn}=10%`;
    const run = await oneRun(planted, Math.floor(i / 2) % 2 === 1, 1 + i, interrupt);
    if (interrupt.aborted) break;
    await Deno.writeTextFile(file, JSON.stringify(run) + "\n", { append: true });
    runs.push(run);
    console.error(`${i + 1}/${2 * Number(count)} ${planted ?? "A/A"}: exit ${run.exit_code}, ${run.messages[0]}`);
  }
  const cells = runs.map(({ planted, busy, exit_code, interval, pairs, seconds, messages }) => [
    planted ?? "nothing",
    busy ? "busy" : "free",
    String(exit_code),
    interval ?? "–",
    String(pairs),
    `${Math.round(seconds)} s`,
    messages.join("; "),
  ]);
  console.log(markdownTable(["Planted", "Other core", "Exit", "Interval", "Pairs", "Time", "What it said"], cells));
  Deno.exit(runs.length === 2 * Number(count) ? 0 : 2);
}
