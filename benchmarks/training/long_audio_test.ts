import assert from "node:assert/strict";
import { parseTrainingConfig } from "../../training/config.ts";
import { modelConfigOf } from "../../training/model_config.ts";
import { engineConfig } from "../scaling/engines.ts";
import { ctcWeight, HEADS, LONG_ENGINES, longConfig, textLength } from "./long_audio.ts";

Deno.test("longConfig() trains the models that bench:scaling measures, by a valid config", () => {
  for (const engine of LONG_ENGINES) {
    const config = longConfig(engine, "base", "ctc", true, 3);
    assert.deepEqual(parseTrainingConfig(JSON.parse(JSON.stringify(config)), engine), config);
    const model = modelConfigOf(config, engine);
    assert.deepEqual(model, { ...engineConfig(engine, "base"), name: model.name });
    assert.deepEqual([config.recompute, config.seed, config.losses.ctcWeight], [true, 3, 1]);
  }
});

Deno.test("textLength() is 15 characters a second, of CTC alone no more than 63, and none too long for its frames", () => {
  assert.deepEqual(HEADS.map((head) => textLength(head, 1800)), [63, 27000, 27000]);
  for (const head of HEADS) {
    for (const seconds of [0.6, 1, 2.5, 300]) assert.ok(textLength(head, seconds) <= 25 * seconds, `${seconds}`);
    assert.equal(textLength(head, 0.04), 1);
  }
});

Deno.test("ctcWeight() leaves one head out, or neither", () => {
  assert.deepEqual(HEADS.map(ctcWeight), [1, 0, 0.3]);
});
