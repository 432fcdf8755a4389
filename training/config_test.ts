import assert from "node:assert/strict";
import { configError } from "./testing.ts";
import { firstDifference, parseTrainingConfig, trainingHash, trainingSchema, withOverrides } from "./config.ts";
import { trainingPreset } from "./presets.ts";

const an4 = trainingPreset("an4");

/** The error of the preset with one setting. */
function refused(setting: string, pattern: RegExp): void {
  assert.throws(() => withOverrides(an4, [setting]), configError(pattern), setting);
}

Deno.test("parseTrainingConfig() refuses intermediate CTC where nothing lies between blocks", () => {
  const config = trainingPreset("an4");
  const losses = { ctcWeight: 0.3, intermediateCtc: { share: 0.3, blocks: [3, 5] } };
  assert.throws(
    () => parseTrainingConfig({ ...config, losses }, "x"),
    /^ConfigError: x: losses\.intermediateCtc\.blocks: .* after 5 of 5$/,
  );
});

Deno.test("withOverrides() sets numbers, texts, lists and parts, and takes away what is null", () => {
  const changed = withOverrides(an4, [
    "optimizer.learningRate=1e-3",
    "schedule.kind=cosine",
    "schedule.steps=100",
    "schedule.epochs=null",
    "regularization.speeds=[1]",
    "model.encoder.direction=causal",
    "model.ssm.state=8",
    "data.train.0.repeat=2",
    'data.train.1={"dataset":"generated"}',
    "optimizer.betas.1=0.95",
    "name=x=y",
  ]);
  assert.equal(changed.optimizer.learningRate, 1e-3);
  assert.deepEqual(changed.schedule, { kind: "cosine", warmUpSteps: 300, steps: 100, floor: 0.02 });
  assert.deepEqual(changed.regularization.speeds, [1]);
  assert.equal(changed.model.encoder!.direction, "causal");
  assert.deepEqual(changed.model.ssm, { state: 8 });
  assert.deepEqual(changed.data.train, [{ dataset: "an4", repeat: 2 }, { dataset: "generated" }]);
  assert.deepEqual(changed.optimizer.betas, [0.9, 0.95]);
  assert.equal(changed.name, "x=y");
  assert.equal(an4.optimizer.learningRate, 2e-3, "the config it was given is left alone");
});

Deno.test("withOverrides() names the nearest key for one that is not known", () => {
  refused("optimizer.learningrate=1", /^--set .*: no such key; did you mean optimizer\.learningRate\?$/);
  refused("optimiser.clip=1", /did you mean optimizer\.clip\?/);
  refused("dropuot=0", /did you mean regularization\.dropout\?/);
  refused("learningRate=0.1", /did you mean optimizer\.learningRate\?/);
  refused("data.train.0.datset=an4", /did you mean data\.train\.0\.dataset\?/);
});

Deno.test("withOverrides() refuses, in one line, what is no setting and what makes no valid config", () => {
  refused("optimizer.learningRate", /is no KEY=VALUE/);
  refused("optimizer.learningRate=fast", /^--set optimizer\.learningRate=fast: optimizer\.learningRate: .*number/);
  refused("schedule.steps=null", /schedule: give epochs or steps/);
  refused("checkpoint.everySeconds=null", /checkpoint: give everySteps or everySeconds/);
  refused("regularization.speeds.lowest=1", /set what it is part of as a whole/);
  refused("regularization.speeds=fast", /regularization\.speeds: give a list of speeds/);
  refused("regularization.speeds=[0]", /regularization\.speeds\.0: /);
  refused("regularization.gainDb.lowest=9", /regularization\.gainDb: lowest is above highest/);
  refused("model.heads=3", /3 heads do not divide the width 128/);
  refused("model.width=null", /model\.width is missing; give it, or a model\.preset/);
  refused("model.encoder.window=16", /model\.encoder\.window: only attention by window has one; take it out$/);
  refused("model.encoder.attention=flash", /model\.encoder\.attention: a samba encoder has none/);
  refused("data.minimumSeconds=99", /data\.minimumSeconds: is not below/);
  refused("batch.seconds=13", /batch\.seconds: 13 s do not hold data\.maximumSeconds at speed 0\.9: 13\.44 s/);
  refused("seed=-1", /seed: /);
});

Deno.test("parseTrainingConfig() names the nearest key of a file's wrong one", () => {
  const data = { ...an4, optimizer: { ...an4.optimizer, learning_rate: 1 } };
  assert.throws(
    () => parseTrainingConfig(data, "my.json"),
    configError(/^my\.json: optimizer\.learning_rate: no such key; did you mean optimizer\.learningRate\?$/),
  );
  assert.throws(() => parseTrainingConfig({ ...an4, sead: 1 }, "my.json"), configError(/did you mean seed\?/));
  assert.throws(() => parseTrainingConfig(null, "my.json"), configError(/^my\.json: config: /));
  assert.deepEqual(parseTrainingConfig(JSON.parse(JSON.stringify(an4)), "my.json"), an4);
});

Deno.test("trainingHash() is the same for the same meaning and another for any other value", async () => {
  const hash = await trainingHash(an4);
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.equal(await trainingHash(withOverrides(an4, ["model.encoder.direction=bidirectional"])), hash);
  assert.notEqual(await trainingHash(withOverrides(an4, ["model.ssm.state=8"])), hash);
  assert.notEqual(await trainingHash(withOverrides(an4, ["seed=2"])), hash);
});

Deno.test("firstDifference() names the first value that differs", () => {
  assert.equal(firstDifference(an4, structuredClone(an4)), null);
  const changed = withOverrides(an4, ["optimizer.betas=[0.9,0.99]"]);
  assert.deepEqual(firstDifference(an4, changed), { path: "optimizer.betas.1", before: "0.98", now: "0.99" });
  assert.deepEqual(firstDifference({ a: 1 }, { a: 1, b: "x" }), { path: "b", before: "nothing", now: '"x"' });
});

Deno.test("training/schema.json is what trainingSchema() gives (else run training/generate_schema.ts)", async () => {
  const stored: unknown = JSON.parse(await Deno.readTextFile(new URL("./schema.json", import.meta.url)));
  assert.deepEqual(stored, JSON.parse(JSON.stringify(trainingSchema())));
});
