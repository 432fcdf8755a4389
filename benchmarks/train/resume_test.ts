import assert from "node:assert/strict";
import { join } from "node:path";
import { trainAsAsked } from "./command.ts";
import { type Kill, liveOnce, outcomeOf } from "./kills.ts";
import { inFolder, keptProgress, smallOptions } from "./testing.ts";

const STEPS = 20;

const SETTINGS = [
  "regularization.dropout=0.1",
  'regularization.tokenNoise={"share":0.5,"tokens":0.5}',
  "regularization.noise.share=0.5",
  "recombination.share=0.5",
  "optimizer.averageDecay=0.9",
  "batch.utterances=3", // three steps an epoch, so that kills come in the middle of one as well
  "evaluation.everyEpochs=1",
];

const KILLS: readonly Kill[] = [
  { from: "start", seconds: 0.3 }, // before there is anything
  { from: "step", seconds: 0.5 },
  { from: "writing", seconds: 0.1 },
];

Deno.test("train() that is killed thrice and resumed ends in the weights of one that was not", () =>
  inFolder(async (folder) => {
    const [whole, killed] = [join(folder, "whole"), join(folder, "killed")];
    const options = smallOptions(whole, [...SETTINGS, `schedule.steps=${STEPS}`]);
    assert.equal(await trainAsAsked(options, "test", keptProgress(), new AbortController().signal), 0);
    const config = join(folder, "config.json");
    await Deno.writeTextFile(config, JSON.stringify(options.config));
    const steps: number[] = [];
    for (const kill of KILLS) {
      const { killed: wasKilled, step, errors } = await liveOnce(config, killed, kill);
      assert.ok(wasKilled, `it came to its end, or its fault, before it could be killed: ${errors}`);
      steps.push(step ?? 0);
    }
    assert.ok(steps[1] > 0 && steps[2] >= steps[1] && steps[2] < STEPS, `killed at ${steps.join()}`);
    const { code, errors } = await liveOnce(config, killed, null);
    assert.equal(code, 0, errors);
    assert.deepEqual(await outcomeOf(killed), await outcomeOf(whole));
  }));
