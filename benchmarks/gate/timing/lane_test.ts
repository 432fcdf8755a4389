import assert from "node:assert/strict";
import { outcomeOf } from "../../../reports/gate/outcome.ts";
import { timingRows } from "../../../reports/gate/timing_rows.ts";
import { measureTiming, type TimingPlan } from "./lane.ts";

const script = new URL("../testdata/fake_child.ts", import.meta.url).href;

/** A run of the lane on stand-ins, which are told apart by the names of their folders. */
async function measured(
  baseline: string,
  candidate: string,
  changes: Partial<TimingPlan> = {},
  interrupt = new AbortController().signal,
) {
  const folder = await Deno.makeTempDir();
  try {
    const versions = await Promise.all([baseline, candidate].map(async (name) => {
      const root = `${folder}/${name}`;
      await Deno.mkdir(root, { recursive: true });
      await Deno.writeTextFile(`${root}/deno.json`, "{}");
      return { root, version: { name, commit: null, dirty: null } };
    }));
    const plan: TimingPlan = {
      baseline: versions[0],
      candidate: versions[1],
      names: ["matmul", "layer_norm"],
      effect: 0.05,
      pairs: 8,
      minutes: 2,
      samples: 2,
      seed: 1,
      plant: null,
      gpu: "deno",
      ...changes,
    };
    // What is `noisy` varies from pair to pair by the number that stands here.
    const status = (text: string): void => {
      if (candidate === "noisy") Deno.writeTextFileSync(`${folder}/noisy/pair`, /\d+/.exec(text)?.[0] ?? "0");
    };
    const { timing } = await measureTiming(plan, { progress: { status, line: () => {} }, interrupt, script });
    const lane = { ...timing, rows: timingRows(timing) };
    return { timing, rows: lane.rows, ...outcomeOf({ exact: null, timing: lane, stored: null }) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("measureTiming() finds what is slower in rounds of three processes, in random order", async () => {
  const { timing, rows, exit_code, messages } = await measured("same", "slow");
  assert.equal(exit_code, 1, messages.join("\n"));
  assert.deepEqual(rows.map(({ verdict, control }) => [verdict, control!.verdict]), [
    ["regression", "unchanged"],
    ["regression", "unchanged"],
  ]);
  assert.equal(timing.rounds.length, 8);
  assert.ok(new Set(timing.rounds.map(({ order }) => order.join())).size > 1);
  assert.ok(timing.rounds.every(({ control }) => control.matmul.length === 2));
  assert.equal(timing.stopped, "verdict");
});

Deno.test("measureTiming() goes on to the last pair where it is noisy, and leaves out what a version lacks", async () => {
  const { timing, exit_code, messages } = await measured("older", "noisy", { pairs: 9 });
  assert.deepEqual(timing.looks, [8, 9]);
  assert.equal(timing.rounds.length, 9);
  assert.equal(timing.stopped, "all pairs");
  assert.equal(exit_code, 2);
  assert.match(messages[0], /could not measure: matmul is too noisy to see 5 %/);
  assert.deepEqual(timing.missing, [{ name: "layer_norm", side: "baseline", reason: "no such benchmark" }]);
  assert.deepEqual(Object.keys(timing.launches), ["matmul"]);
  assert.ok(messages.includes("layer_norm does not run in the baseline (no such benchmark)"));
});

Deno.test("measureTiming() says in a line which version does not run, and why", async () => {
  await assert.rejects(measured("broken", "same"), {
    name: "NotMeasuredError",
    message: "broken does not run: a kernel does not compile",
  });
  await assert.rejects(measured("same", "dying"), { message: /^dying does not run: Error: the driver took it along$/ });
});

Deno.test("measureTiming() keeps what it has when a process fails later, when time runs out and when interrupted", async () => {
  const later = await measured("same", "later");
  assert.equal(later.exit_code, 2);
  assert.match(later.messages[0], /later does not run: a kernel does not compile/);
  const short = await measured("same", "slow", { minutes: 1e-6 });
  assert.equal(short.exit_code, 2);
  assert.match(short.messages[0], /time ran out after 0 pairs/);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 700);
  const interrupted = await measured("same", "hanging", {}, stop.signal);
  clearTimeout(timer);
  assert.equal(interrupted.timing.stopped, "interrupted");
  assert.equal(interrupted.exit_code, 2);
});
