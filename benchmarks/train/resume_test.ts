import assert from "node:assert/strict";
import { join } from "node:path";
import { trainAsAsked } from "./command.ts";
import { type Kill, liveOnce, outcomeOf } from "./kills.ts";
import { inFolder, keptProgress, smallOptions } from "./testing.ts";

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
  { from: "training", seconds: 0 }, // before there is any checkpoint, or nearly
  { from: "writing", seconds: 0.1 },
  { from: "training", seconds: 0.1 },
];

Deno.test("train() that is killed thrice and resumed ends in the weights of one that was not", () =>
  inFolder(async (folder) => {
    const [whole, killed] = [join(folder, "whole"), join(folder, "killed")];
    const options = smallOptions(whole, [...SETTINGS, "schedule.steps=9"]);
    assert.equal(await trainAsAsked(options, "test", keptProgress(), new AbortController().signal), 0);
    const config = join(folder, "config.json");
    await Deno.writeTextFile(config, JSON.stringify(options.config));
    for (const kill of KILLS) {
      const { killed: wasKilled, errors } = await liveOnce(config, killed, kill);
      assert.ok(wasKilled, `it came to its end, or its fault, before it could be killed: ${errors}`);
    }
    const { code, errors } = await liveOnce(config, killed, null);
    assert.equal(code, 0, errors);
    assert.deepEqual(await outcomeOf(killed), await outcomeOf(whole));
  }));
