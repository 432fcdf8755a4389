import assert from "node:assert/strict";
import { parameterCount } from "../model/model.ts";
import { withOverrides } from "./config.ts";
import { modelConfigOf } from "./model_config.ts";
import { TRAINING_PRESETS, trainingPreset } from "./presets.ts";
import { configError } from "./testing.ts";

Deno.test("trainingPreset() gives each preset, valid, and names the nearest of one that is not known", () => {
  assert.deepEqual(TRAINING_PRESETS, ["an4", "an4-synthetic", "librispeech", "tiny"]);
  for (const name of TRAINING_PRESETS) {
    assert.match(trainingPreset(name).name, new RegExp(name.replace(/-synthetic$/, "")));
  }
  assert.throws(() => trainingPreset("an5"), configError(/^an5: no such training preset; did you mean an4\? .*tiny$/));
  assert.throws(() => trainingPreset("constructor"), configError(/no such training preset/));
});

Deno.test("modelConfigOf() gives a model of an4 that fits 6 MB in float16, causal and transformer by one setting each", () => {
  const an4 = trainingPreset("an4");
  const samba = modelConfigOf(an4, "an4");
  assert.ok(parameterCount(samba).total * 2 < 6e6, `${parameterCount(samba).total} weights`);
  const causal = modelConfigOf(withOverrides(an4, ["model.encoder.direction=causal"]), "an4");
  assert.equal(causal.family === "samba" && causal.encoder.direction, "causal");
  assert.equal(causal.frontend.normalization, "fixed");
  const transformer = modelConfigOf(withOverrides(an4, ["model.family=transformer"]), "an4");
  assert.deepEqual(transformer.family === "transformer" && transformer.encoder.attention, { kind: "flash" });
  assert.equal(transformer.decoder.crossConnection, "attention");
});

Deno.test("modelConfigOf() takes a preset's sizes, but for what is given besides", () => {
  const model = modelConfigOf({ name: "x", model: { family: "samba", preset: "nano", encoder: { blocks: 4 } } }, "x");
  assert.deepEqual(model.encoder, { blocks: 4, feedForward: 64, direction: "bidirectional" });
  assert.deepEqual([model.width, model.heads, model.ssm], [32, 2, { state: 8, convolution: 4, expand: 2, rank: 2 }]);
  const window = { family: "transformer", preset: "nano", encoder: { attention: "window" } } as const;
  const { encoder } = modelConfigOf({ name: "x", model: window }, "x");
  assert.deepEqual("attention" in encoder && encoder.attention, { kind: "window", left: 128, right: 128 });
  const narrow = { ...window, encoder: { attention: "window", window: 16 } } as const;
  const narrowed = modelConfigOf({ name: "x", model: narrow }, "test").encoder;
  assert.deepEqual("attention" in narrowed && narrowed.attention, { kind: "window", left: 16, right: 16 });
});
