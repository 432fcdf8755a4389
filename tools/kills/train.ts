/**
 * Kills a short training at random moments, also while it writes a checkpoint, resumes it each time, and compares what it
 * ends in with an uninterrupted run, to the bit:
 *
 *     deno run --allow-all tools/kills/train.ts [--kills 50] [--seed 1]
 *
 * Prints a line a life, and ends with exit code 1 where anything differs.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Kill, liveOnce, outcomeOf } from "../../benchmarks/train/kills.ts";
import { smallConfig } from "../../training/testing.ts";

/** All that is drawn at random is on; a checkpoint each step, an evaluation each second epoch of three steps. */
const SETTINGS = [
  "schedule.steps=150",
  "schedule.warmUpSteps=5",
  "checkpoint.everySteps=1",
  "evaluation.everyEpochs=2",
  "batch.utterances=3",
  "recombination.share=0.5",
  "regularization.dropout=0.1",
  "regularization.speeds=[0.9,1,1.1]",
  'regularization.tokenNoise={"share":0.5,"tokens":0.5}',
  "regularization.specAugment.binMasks=2",
  "regularization.specAugment.bins=10",
  "regularization.noise.share=0.5",
  "optimizer.averageDecay=0.9",
];

/** A tenth from the process's start on, which is mostly before it trains; of the rest, half while a file is half-written. */
function drawKill(longest: number): Kill {
  const from = random() < 0.1 ? "start" : random() < 0.5 ? "step" : "writing";
  return { from, seconds: random() * (from === "start" ? 3 : longest) };
}

const { values } = parseArgs({
  options: { kills: { type: "string", default: "50" }, seed: { type: "string", default: "1" } },
});
const wanted = Number(values.kills);
let state = Number(values.seed);
function random(): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}

const folder = await Deno.makeTempDir({ prefix: "samba-kills-" });
const config = join(folder, "config.json");
await Deno.writeTextFile(config, JSON.stringify(smallConfig(...SETTINGS)));
const whole = await liveOnce(config, join(folder, "whole"), null);
assert.equal(whole.code, 0, whole.errors);
console.log(`uninterrupted: ${whole.seconds.toFixed(1)} s`);
const expected = await outcomeOf(join(folder, "whole"));

// A life advances by about half of this, so that the kills are spread over the run.
const longest = 2 * whole.seconds / wanted;
let [kills, writing, differing] = [0, 0, 0];
for (let round = 1; kills < wanted; round++) {
  const killed = join(folder, `killed-${round}`);
  for (;;) {
    const kill = kills < wanted ? drawKill(longest) : null;
    const life = await liveOnce(config, killed, kill);
    if (life.killed) {
      kills++;
      if (life.writing) writing++;
      const how = life.writing ? ", with a file half-written" : "";
      console.log(
        `kill ${kills}: ${kill!.from} + ${kill!.seconds.toFixed(2)} s${how}; checkpoint of step ${life.step}`,
      );
      continue;
    }
    assert.equal(life.code, 0, life.errors);
    break;
  }
  try {
    assert.deepEqual(await outcomeOf(killed), expected);
    console.log(`round ${round}: the same weights, checkpoints, model and evaluations`);
  } catch (error) {
    differing++;
    console.log(`round ${round}: DIFFERS: ${(error as Error).message}`);
  }
}
console.log(
  `${kills} kills, ${writing} of them with a file half-written: ${differing === 0 ? "all the same" : "differs"}`,
);
if (differing === 0) await Deno.remove(folder, { recursive: true });
else console.log(folder);
Deno.exit(differing === 0 ? 0 : 1);
